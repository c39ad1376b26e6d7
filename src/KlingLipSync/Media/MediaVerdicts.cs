namespace KlingLipSync.Media;

/// <summary>Sums findings up.</summary>
public static class MediaVerdicts
{
    /// <summary>The verdict of the gravest finding; notes and none at all are <see cref="MediaVerdict.Fit"/>.</summary>
    /// <param name="findings">What the rules found.</param>
    public static MediaVerdict Verdict(this IEnumerable<MediaFinding> findings)
        => findings.Select(finding => finding.Severity).DefaultIfEmpty(MediaSeverity.Note).Max() switch
        {
            MediaSeverity.Refuse => MediaVerdict.Refuse,
            MediaSeverity.Warn => MediaVerdict.Warn,
            _ => MediaVerdict.Fit,
        };

    /// <summary>May the file be sent: nothing refuses it. Warnings do not count.</summary>
    /// <param name="findings">What the rules found.</param>
    public static bool IsFit(this IEnumerable<MediaFinding> findings) => findings.Verdict() != MediaVerdict.Refuse;
}
