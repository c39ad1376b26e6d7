using System.Text.RegularExpressions;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Unit.Media;

namespace KlingLipSync.Tests.Commands.Crash;

/// <summary>What the operating system saw: the store's flush comes before the POST's first byte.</summary>
public sealed partial class FlushTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task The_intent_is_flushed_before_a_byte_of_the_post_leaves()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/strace"), "strace is not on this machine.");
        File.WriteAllBytes(scratch.File("clip.mp4"), TestMedia.Mp4(seconds: 4, width: 1280, height: 720, seed: 9));
        File.WriteAllBytes(scratch.File("clip.wav"), TestMedia.Wav(seconds: 3, seed: 9));
        await using var fal = await EmulatorServer.StartAsync(EmulatorOptions.Instant);
        var trace = scratch.File("trace");
        using var host = new HostProcess($$"""
            $env:FAL_KEY = 'demo:demo'
            $env:KLINGLIPSYNC_HOME = '{{scratch.File("store")}}'
            Invoke-KlingLipSync -LiteralPath '{{scratch.File("clip.mp4")}}' -Endpoint '{{fal.Url}}' -NoWait | ForEach-Object { $_.State }
            """, scratch, wrapper: ["strace", "-f", "-y", "-s", "80", "-e", "trace=pwrite64,write,fsync,fdatasync,sendto,sendmsg,writev", "-o", trace]);
        var (output, errors) = await host.ReportAsync();
        Assert.Empty(errors);
        Assert.Equal(["Queued"], output);

        var lines = await File.ReadAllLinesAsync(trace);
        var post = Array.FindIndex(lines, l => l.Contains("POST /queue/fal-ai/kling-video/lipsync/audio-to-video ", StringComparison.Ordinal));
        Assert.True(post > 0, "The trace does not show the POST.");
        var write = Array.FindLastIndex(lines, post, l => WalWrite().IsMatch(l));
        var flush = Array.FindLastIndex(lines, post, l => WalFlush().IsMatch(l));
        Assert.True(write >= 0, "The trace does not show the store being written.");
        Assert.True(flush > write, $"Nothing was flushed between line {write} and the POST in line {post}:\n{string.Join('\n', lines[write..(post + 1)])}");
    }

    [GeneratedRegex(@"pwrite64\(\d+<[^>]*store\.db-wal>")]
    private static partial Regex WalWrite();

    [GeneratedRegex(@"(fsync|fdatasync)\(\d+<[^>]*store\.db-wal>\)\s+= 0")]
    private static partial Regex WalFlush();
}
