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

    /// <summary>Judges whether a sound is about as long as the clip it is for: within 0.15 s, which covers codec padding and the length of a frame.</summary>
    /// <param name="video">The clip's facts.</param>
    /// <param name="videoName">Its name or path.</param>
    /// <param name="audio">The sound's facts.</param>
    /// <param name="audioName">Its name or path: the remedy makes a sound of the clip's length from it, fit in all other respects, too.</param>
    /// <returns>One warning, <c>SoundLonger</c> or <c>SoundShorter</c>, or none; none as well where one of the lengths is not known.</returns>
    public static IReadOnlyList<MediaFinding> CheckPair(MediaFacts video, string videoName, MediaFacts audio, string audioName)
    {
        ArgumentNullException.ThrowIfNull(video);
        ArgumentException.ThrowIfNullOrEmpty(videoName);
        ArgumentNullException.ThrowIfNull(audio);
        ArgumentException.ThrowIfNullOrEmpty(audioName);
        return [.. PairRules.Check(video, videoName, audio, audioName)];
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
