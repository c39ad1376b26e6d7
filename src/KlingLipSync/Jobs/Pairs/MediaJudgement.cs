using KlingLipSync.Media;

namespace KlingLipSync.Jobs.Pairs;

/// <summary>One input judged by the endpoint's rules.</summary>
/// <param name="Facts">What it says about itself; null where it could not be read, or was not.</param>
/// <param name="Findings">What the rules found.</param>
/// <param name="Fault">Why it must not be sent; null when it may be.</param>
internal sealed record MediaJudgement(MediaFacts? Facts, IReadOnlyList<MediaFinding> Findings, LipSyncException? Fault)
{
    public static MediaJudgement OfVideo(MediaInput input, MediaFiles files, bool skipRules) => Of(input, files, skipRules, LipSyncRules.CheckVideo, MediaEndings.Clips);

    public static MediaJudgement OfAudio(MediaInput input, MediaFiles files, bool skipRules) =>
        Of(input, files, skipRules, LipSyncRules.CheckAudio, MediaEndings.Sounds);

    private static MediaJudgement Of(
        MediaInput input, MediaFiles files, bool skipRules, Func<MediaFacts, string, IReadOnlyList<MediaFinding>> check, string[] endings)
    {
        var (facts, fault, remark) = files.Of(input);
        if (fault is not null)
        {
            return new(null, [], fault);
        }

        List<MediaFinding> findings = facts is null ? [.. Unread(input, remark, endings)] : [.. check(facts, Name(input)).Select(f => Softened(input, f))];
        var refusals = skipRules ? [] : findings.FindAll(f => f.Severity == MediaSeverity.Refuse);
        return new(facts, findings, refusals.Count == 0 ? null : new(LipSyncError.MediaUnfit, string.Join(' ', refusals.Select(f => f.Message)))
        {
            Remedy = refusals[0].Remedy,
        });
    }

    /// <summary>The name that a remedy can be pasted with: a file's path, or what a downloaded URL would be called.</summary>
    public static string Name(MediaInput input) => input.Path ?? (input.FileName is { Length: > 0 } name ? name : input.Url!.Host);

    // A server may tell a file's kind in a header, and many URLs end in no name at all.
    private static MediaFinding Softened(MediaInput input, MediaFinding finding) => input.Url is not null && finding is { Rule: "Extension", Severity: MediaSeverity.Refuse }
        ? finding with { Severity = MediaSeverity.Warn }
        : finding;

    private static IEnumerable<MediaFinding> Unread(MediaInput input, string? remark, string[] endings)
    {
        if (remark is not null)
        {
            yield return new(MediaSeverity.Warn, "Unread", "not read", "", remark, "Download the file and look at it with Get-KlingLipSyncMedia before you send its URL.");
        }

        var ending = Path.GetExtension(input.FileName).ToLowerInvariant();
        if (ending.Length > 0 && !endings.Contains(ending))
        {
            var taken = string.Join(", ", endings);
            yield return new(MediaSeverity.Warn, "Extension", ending, taken, $"'{input}' ends in {ending}; the endpoint takes {taken}.",
                "Look at what the URL serves: Get-KlingLipSyncMedia -Probe reads its headers.");
        }
    }
}
