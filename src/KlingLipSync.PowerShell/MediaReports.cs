using KlingLipSync.Jobs;
using KlingLipSync.Jobs.Pairs;
using KlingLipSync.Media;

namespace KlingLipSync.Commands;

/// <summary>What a check found, as the object that users see.</summary>
internal static class MediaReports
{
    public static LipSyncMediaReport OfPair(CheckedPair pair)
    {
        var report = Report(
            LipSyncMediaKind.Pair, pair.Named.Input, pair.Named.Video, pair.VideoFacts, pair.Named.Audio, pair.AudioFacts, pair.Faults, pair.Findings);
        return pair.Named.IsRepeat
            ? report with
            {
                Verdict = report.Verdict == MediaVerdict.Refuse ? MediaVerdict.Refuse : MediaVerdict.Warn,
                Reasons = [.. report.Reasons, "It came in before and is taken once."],
            }
            : report with { OutputPath = pair.OutputPath };
    }

    public static LipSyncMediaReport OfOne(LoneMedia one) => one.IsSound
        ? Report(LipSyncMediaKind.Sound, one.Input, null, null, one.Media, one.Facts, one.Faults, one.Findings)
        : Report(LipSyncMediaKind.Clip, one.Input, one.Media, one.Facts, null, null, one.Faults, one.Findings);

    /// <summary>A sound that no clip goes with.</summary>
    public static LipSyncMediaReport OfOrphan(string path) => new()
    {
        Kind = LipSyncMediaKind.Sound,
        Path = path,
        AudioPath = path,
        Verdict = MediaVerdict.Warn,
        Reasons = [$"'{path}' goes with no clip: none has its name."],
        Remedies = ["Give the clip and the sound the same name, or name the sound with -AudioPath."],
    };

    private static LipSyncMediaReport Report(
        LipSyncMediaKind kind, LipSyncInput input, MediaInput? clip, MediaFacts? clipFacts, MediaInput? sound, MediaFacts? soundFacts,
        IReadOnlyList<LipSyncException> faults, IReadOnlyList<MediaFinding> findings)
    {
        var unread = faults.Count > 0 ? [] : new[] { Unread(clip, clipFacts), Unread(sound, soundFacts) }.OfType<MediaInput>().ToList();
        var price = clipFacts?.CautiousDuration is not null ? LipSyncPrice.Quote(clipFacts) : unread.Contains(clip!) ? LipSyncPrice.Unknown : null;
        var ordered = findings.OrderByDescending(f => f.Severity).ToList();

        // What the rules refuse is told by the findings themselves.
        var others = faults.Where(f => f.Error != LipSyncError.MediaUnfit).ToList();
        return new LipSyncMediaReport
        {
            Kind = kind,
            Path = (clip ?? sound)?.ToString() ?? MediaInput.Bare(input.VideoPath ?? input.VideoUrl ?? input.AudioPath.FirstOrDefault() ?? input.AudioUrl),
            Duration = (clip is null ? soundFacts : clipFacts)?.CautiousDuration,
            AudioDuration = soundFacts?.CautiousDuration,
            Width = clipFacts?.Width,
            Height = clipFacts?.Height,
            Verdict = faults.Count > 0 ? MediaVerdict.Refuse : unread.Count > 0 && findings.IsFit() ? MediaVerdict.Warn : findings.Verdict(),
            Reasons = [.. others.Select(f => f.Message), .. ordered.Select(f => f.Message), .. unread.Select(u => $"'{u}' was not read.")],
            Remedies =
            [
                .. others.Select(ErrorCatalogue.Advice).Concat(ordered.Select(f => f.Remedy)).Where(r => r.Length > 0).Distinct(),
                .. unread.Take(1).Select(_ => "Give -Probe to read the headers of URLs."),
            ],
            Cost = price?.Usd,
            LeastCost = price?.LowUsd,
            BilledSeconds = price?.BilledSeconds,
            // As given, right or wrong: a cell that is left out would make another pair of it when it is piped on.
            VideoPath = kind == LipSyncMediaKind.Sound ? null : input.VideoPath,
            VideoUrl = kind == LipSyncMediaKind.Sound ? null : input.VideoUrl,
            AudioPath = sound?.Path ?? (input.AudioPath.Length > 0 ? string.Join("; ", input.AudioPath) : null),
            AudioUrl = input.AudioUrl,
            Destination = input.Destination,
            Key = input.Key,
            Tag = input.Tag,
            Findings = [.. ordered],
            Video = clipFacts,
            Audio = soundFacts,
        };
    }

    private static MediaInput? Unread(MediaInput? input, MediaFacts? facts) => input?.Url is not null && facts is null ? input : null;
}
