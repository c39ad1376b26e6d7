namespace KlingLipSync.Media;

/// <summary>Judges a file by the endpoint's limits (<see cref="LipSyncLimits"/>): each finding names the rule, the measured value, the limit and a remedy.</summary>
public static class LipSyncRules
{
    /// <summary>Judges a clip.</summary>
    /// <param name="facts">The clip's facts.</param>
    /// <param name="fileName">Its name or path: its extension is judged, too, and the remedy names it as it stands here.</param>
    /// <returns>What was found, the gravest first; empty for a clip without fault.</returns>
    public static IReadOnlyList<MediaFinding> CheckVideo(MediaFacts facts, string fileName)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentException.ThrowIfNullOrEmpty(fileName);
        return Conclude(VideoRules.Observe(facts, fileName), fileName, mends => FfmpegLine.ForVideo(facts, fileName, mends));
    }

    /// <summary>Judges a sound.</summary>
    /// <param name="facts">The sound's facts.</param>
    /// <param name="fileName">Its name or path: its extension is judged, too, and the remedy names it as it stands here.</param>
    /// <returns>What was found, the gravest first; empty for a sound without fault.</returns>
    public static IReadOnlyList<MediaFinding> CheckAudio(MediaFacts facts, string fileName)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentException.ThrowIfNullOrEmpty(fileName);
        return Conclude(AudioRules.Observe(facts, fileName), fileName, mends => FfmpegLine.ForAudio(facts, fileName, mends));
    }

    private static MediaFinding[] Conclude(IEnumerable<Observation> observations, string fileName, Func<Mending, string> line)
    {
        Observation[] all = [.. observations.OrderByDescending(observation => observation.Severity)];
        string name = Wording.Name(fileName);

        // One line mends everything at once: a second line would start from the unmended file again.
        Mending together = all.Where(observation => observation.Severity > MediaSeverity.Note)
            .Aggregate(Mending.None, (sum, observation) => sum | observation.Mends);
        return [.. all.Select(observation => new MediaFinding(
            observation.Severity,
            observation.Rule,
            observation.Measured,
            observation.Limit,
            $"{name} {observation.Sentence}",
            observation.Advice ?? (observation.Mends == Mending.None ? "" : line(together | observation.Mends))))];
    }
}
