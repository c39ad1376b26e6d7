using System.Globalization;

namespace KlingLipSync.Media;

/// <summary>What the endpoint asks of a clip.</summary>
internal static class VideoRules
{
    private const string Containers = "MP4 and MOV clips";

    public static IEnumerable<Observation> Observe(MediaFacts facts, string fileName)
    {
        bool isTaken = facts.Container is MediaContainer.Mp4 or MediaContainer.Mov;
        if (CommonRules.Container(facts, Containers, isTaken) is { } container)
        {
            return [container];
        }

        IEnumerable<Observation?> rules = facts.Length == 0 ? [] :
        [
            Extension(facts, fileName),
            CommonRules.Size(facts, LipSyncLimits.MostVideoBytes, LipSyncLimits.MostVideoBytesSlack),
            .. Pictures(facts),
        ];
        return CommonRules.Problems(facts).Concat(rules.OfType<Observation>());
    }

    private static IEnumerable<Observation?> Pictures(MediaFacts facts)
    {
        if (facts.VideoTracks == 0)
        {
            // A file that could not be read says so itself.
            bool isUnreadable = facts.Problems.Any(problem => problem.Severity == MediaSeverity.Refuse);
            return isUnreadable ? [] :
            [
                new Observation(MediaSeverity.Refuse, "VideoTrack", "no video track", "a video track", "has no video track; the endpoint needs one.", Advice: "Take a file with pictures: this one holds sound only."),
            ];
        }

        return
        [
            CommonRules.Duration(facts, facts.VideoDuration, LipSyncLimits.LeastVideo, LipSyncLimits.MostVideo, LipSyncLimits.MostVideoSlack),
            PictureSize(facts),
            Codec(facts),
            BilledStep(facts),
        ];
    }

    private static Observation? Extension(MediaFacts facts, string fileName)
    {
        string extension = Path.GetExtension(fileName).ToLowerInvariant();
        string expected = facts.Container == MediaContainer.Mov ? ".mov" : ".mp4";
        if (extension == expected)
        {
            return null;
        }

        string measured = extension.Length == 0 ? "no extension" : extension;
        return extension is ".mp4" or ".mov"
            ? new Observation(MediaSeverity.Warn, "Extension", measured, expected, $"is {ContainerNames.Of(facts.Container)} by its content; most services do not mind.", Mending.Rewrap)
            : new Observation(MediaSeverity.Refuse, "Extension", measured, ".mp4 or .mov", $"has {(extension.Length == 0 ? "no extension" : $"the extension {extension}")}; the endpoint takes .mp4 and .mov.", Mending.Rewrap);
    }

    private static Observation? PictureSize(MediaFacts facts)
    {
        string limit = $"{LipSyncLimits.LeastSide} to {LipSyncLimits.MostSide} pixels each way";
        if (facts is not { Width: { } width, Height: { } height })
        {
            return new Observation(MediaSeverity.Refuse, "PictureSize", "unknown", limit, $"does not tell its picture size; it must be {limit}.", Mending.Encode);
        }

        string measured = $"{width}x{height}";
        int shortSide = Math.Min(width, height);
        return shortSide < LipSyncLimits.LeastSide || Math.Max(width, height) > LipSyncLimits.MostSide
            ? new Observation(MediaSeverity.Refuse, "PictureSize", measured, limit, $"is {measured}; width and height must each be {LipSyncLimits.LeastSide} to {LipSyncLimits.MostSide} pixels.", Mending.Resize | Mending.Encode)
            : shortSide is LipSyncLimits.ShortSide720 or LipSyncLimits.ShortSide1080
            ? null
            : new Observation(MediaSeverity.Warn, "Resolution", measured, "720p or 1080p", $"is {measured}; the endpoint speaks of 720p and 1080p only, and may refuse a shorter side of {shortSide} pixels.", Mending.Resize | Mending.Encode);
    }

    private static Observation? Codec(MediaFacts facts)
        => facts.VideoCodec switch
        {
            "h264" => null,
            "hevc" => new Observation(MediaSeverity.Note, "Codec", "hevc", "h264", "is coded in HEVC; the endpoint names no codec, and H.264 is the safest.", Mending.Encode),
            null => new Observation(MediaSeverity.Warn, "Codec", "unknown", "h264", "does not tell its video codec; the endpoint names none, and H.264 is the safest.", Mending.Encode),
            { } codec => new Observation(MediaSeverity.Warn, "Codec", codec, "h264", $"is coded in {codec}; the endpoint names no codec, and H.264 is the safest.", Mending.Encode),
        };

    private static Observation? BilledStep(MediaFacts facts)
    {
        if (LipSyncPrice.Trim(facts) is not { } trim)
        {
            return null;
        }

        LipSyncQuote quote = LipSyncPrice.Quote(facts);
        string low = LipSyncPrice.Quote(trim.To).Usd.ToString("0.00", CultureInfo.InvariantCulture);
        string high = quote.Usd.ToString("0.00", CultureInfo.InvariantCulture);
        string sentence = quote.IsRange
            ? $"lasts {Wording.Seconds(facts.LeastDuration!.Value)} to {Wording.Seconds(trim.From)}, depending on what is read, and may cost {low} or {high} USD."
            : $"lasts {Wording.Seconds(trim.From)} and is billed as {quote.BilledSeconds} s ({high} USD); cut to {Wording.Seconds(trim.To)} it costs {low} USD.";
        Mending mends = trim.IsSoundOnly ? Mending.DropSound : Mending.ShortenToStep | Mending.Encode;
        return new Observation(MediaSeverity.Note, "BilledStep", Wording.Seconds(trim.From), $"{LipSyncPrice.StepSeconds} s a step", sentence, mends);
    }
}
