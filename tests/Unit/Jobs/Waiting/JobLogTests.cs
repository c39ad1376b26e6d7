using KlingLipSync.Jobs.Waiting;

namespace KlingLipSync.Tests.Unit.Jobs.Waiting;

/// <summary>Each line once, whatever part of the log is shown.</summary>
public sealed class JobLogTests
{
    [Theory]
    [InlineData("a|ab|abc|abc|abcd", "abcd")] // the whole log
    [InlineData("abc|bcd|def|ef", "abcdef")] // a window that moves on
    [InlineData("abc|xyz", "abcxyz")] // a window that moved too far
    [InlineData("abc|ab", "abc")] // an answer that is older than the one before
    [InlineData("abc|axbcd", "abcxd")] // a line that came in late
    [InlineData("aa|aaa|aaaa", "aaaa")] // lines that are alike in all
    [InlineData("aba|abab", "abab")]
    [InlineData("|a||a|ab", "ab")]
    public void Windows_are_put_together(string windows, string log)
    {
        var all = new JobLog();

        var told = windows.Split('|').SelectMany(window => all.AddWindow(Lines(window))).ToList();

        Assert.Equal(log, Text(told));
        Assert.Equal(log, Text(all.Lines));
    }

    [Theory]
    [InlineData("ab+c+c", "cc", "abcc")] // looks after a stream
    [InlineData("ab+c", "abcd", "abcd")]
    [InlineData("a+b+c", "bcd", "abcd")]
    public void A_look_after_a_stream_repeats_nothing(string increments, string window, string log)
    {
        var all = new JobLog();
        foreach (var increment in increments.Split('+'))
        {
            all.Add(Lines(increment));
        }

        all.AddWindow(Lines(window));

        Assert.Equal(log, Text(all.Lines));
    }

    [Fact]
    public void Lines_of_one_moment_and_lines_without_a_time_are_told_apart_by_their_words()
    {
        var all = new JobLog();
        LipSyncLogLine[] lines = [new("one"), new("two"), new("one") { Timestamp = DateTimeOffset.UnixEpoch }, new("two") { Timestamp = DateTimeOffset.UnixEpoch }];

        Assert.Equal(lines[..3], all.AddWindow(lines[..3]));
        Assert.Equal(lines[3..], all.AddWindow(lines));
        Assert.Empty(all.AddWindow(lines));
    }

    private static LipSyncLogLine[] Lines(string text) => [.. text.Select(c => new LipSyncLogLine(c.ToString()) { Timestamp = DateTimeOffset.UnixEpoch })];

    private static string Text(IEnumerable<LipSyncLogLine> lines) => string.Concat(lines.Select(line => line.Message));
}
