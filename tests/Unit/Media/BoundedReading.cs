using KlingLipSync.Media;

namespace KlingLipSync.Tests.Unit.Media;

/// <summary>Reads a file as <see cref="MediaReader"/> does, and holds it to what any file may cost.</summary>
internal static class BoundedReading
{
    public const long MostAllocated = 4 * 1024 * 1024;

    public const long MostBytesRead = 16 * 1024 * 1024;

    public const int MostReads = (int)(MostBytesRead / 4096) + 1;

    public static MediaFacts Read(byte[] file)
    {
        using var stream = new MeteredStream(file);
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        MediaFacts facts = MediaReader.Read(stream);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;

        Assert.InRange(allocated, 0, MostAllocated);
        Assert.InRange(stream.BytesRead, 0, MostBytesRead);
        Assert.InRange(stream.Reads, 0, MostReads);
        Judge(facts);
        return facts;
    }

    /// <summary>What holds for the facts of any file, and what rules and price must bear.</summary>
    private static void Judge(MediaFacts facts)
    {
        foreach (TimeSpan? duration in (TimeSpan?[])[facts.FormatDuration, facts.VideoDuration, facts.AudioDuration, facts.CountedDuration])
        {
            // No longer than half of what a time span holds, so that sums of two are time spans.
            Assert.True(duration is null || (duration >= TimeSpan.Zero && duration <= TimeSpan.MaxValue / 2), $"A duration is {duration}.");
        }

        Assert.InRange(facts.Rotation, 0, 359);
        Assert.InRange(facts.VideoTracks + facts.AudioTracks, 0, 32);
        Assert.True(facts is { Width: null, Height: null } or { Width: > 0, Height: > 0, DisplayWidth: > 0, DisplayHeight: > 0 });
        Assert.InRange(facts.Problems.Count, 0, 64);
        Assert.All(facts.Problems, problem => Assert.DoesNotContain(problem.Text, char.IsControl));

        IReadOnlyList<MediaFinding> asVideo = LipSyncRules.CheckVideo(facts, "a.mp4");
        IReadOnlyList<MediaFinding> asAudio = LipSyncRules.CheckAudio(facts, "a.wav");
        IReadOnlyList<MediaFinding> asPair = LipSyncRules.CheckPair(facts, "a.mp4", facts, "a.wav");
        Assert.All([.. asVideo, .. asAudio, .. asPair], finding =>
        {
            Assert.NotEmpty(finding.Message);
            Assert.DoesNotContain(finding.Message, char.IsControl);
            Assert.DoesNotContain(finding.Remedy, char.IsControl);
            Assert.True(finding.Severity == MediaSeverity.Note || finding.Remedy.Length > 0, finding.Message);
        });

        // What the reader refuses no rule lets pass.
        if (facts.Problems.Any(problem => problem.Severity == MediaSeverity.Refuse))
        {
            Assert.False(asVideo.IsFit() || asAudio.IsFit());
        }

        LipSyncQuote quote = LipSyncPrice.Quote(facts);
        Assert.True(quote.MicroUsd >= 70_000 && quote.LowMicroUsd <= quote.MicroUsd && quote.RoundingUsd <= quote.Usd);
        Assert.True(LipSyncPrice.Trim(facts) is not { } trim || (trim.SavedMicroUsd > 0 && trim.To < trim.From));
    }
}
