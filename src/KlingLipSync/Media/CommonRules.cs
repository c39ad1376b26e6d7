namespace KlingLipSync.Media;

/// <summary>The rules that hold for clips and sounds alike.</summary>
internal static class CommonRules
{
    private const string WholeFile = "a whole file that agrees with itself";

    /// <summary>The file is of a kind the endpoint takes; else it says what it is.</summary>
    public static Observation? Container(MediaFacts facts, string kinds, bool isTaken)
    {
        if (isTaken || (facts.Length == 0 && facts.Problems.Count > 0))
        {
            return null;
        }

        string what = ContainerNames.Of(facts.Container);
        string? advice = ContainerNames.IsMoving(facts.Container) ? null
            : ContainerNames.IsPicture(facts.Container) ? "Take a video: the endpoint does not animate a still picture."
            : facts.Container == MediaContainer.Archive ? "Unpack it, and take the file inside."
            : "Fetch the file again from its source: what is here is no media.";
        return new Observation(MediaSeverity.Refuse, "Container", what, kinds, $"is {what}; the endpoint takes {kinds}.", Mending.Encode, advice);
    }

    public static Observation? Size(MediaFacts facts, long limit, long slack)
    {
        if (facts.Length <= limit)
        {
            return null;
        }

        string most = Wording.Bytes(limit);
        return facts.Length > slack
            ? new Observation(MediaSeverity.Refuse, "FileSize", Wording.Bytes(facts.Length), most, $"has {Wording.Bytes(facts.Length)}; the limit is {most}, at best {Wording.Bytes(slack)}.", Mending.Shrink | Mending.Encode)
            : new Observation(MediaSeverity.Warn, "FileSize", Wording.Bytes(facts.Length), most, $"has {Wording.Bytes(facts.Length)}; the limit is {most}, or {Wording.Bytes(slack)}, depending on what the endpoint calls a megabyte.", Mending.Shrink | Mending.Encode);
    }

    /// <summary>
    /// Refuses what is outside by every reading, or too short by the main one; warns where the readings disagree about it or lie in the slack.
    /// </summary>
    public static Observation? Duration(MediaFacts facts, TimeSpan? main, TimeSpan least, TimeSpan most, TimeSpan slack)
    {
        string limit = $"{Wording.Seconds(least)} to {Wording.Seconds(most)}";
        if (facts.LeastDuration is not { } low || facts.CautiousDuration is not { } high)
        {
            return new Observation(MediaSeverity.Refuse, "Duration", "unknown", limit, $"does not tell how long it is; it must last {limit}.", Mending.Encode);
        }

        bool isShort = low < least;
        bool isLong = high > most;
        if (!isShort && !isLong)
        {
            return null;
        }

        // Both, where a long sound hides pictures that are too short.
        Mending mends = Mending.Encode | (isLong ? Mending.Shorten : Mending.None) | (isShort ? Mending.Lengthen : Mending.None);
        bool isOne = high - low < TimeSpan.FromMilliseconds(1);
        string measured = isOne ? Wording.Seconds(high) : $"{Wording.Seconds(low)} to {Wording.Seconds(high)}, depending on what is read";
        return high < least || main < least || low > slack
            ? new Observation(MediaSeverity.Refuse, "Duration", measured, limit, $"lasts {measured}; it must last {limit}.", mends)
            : new Observation(MediaSeverity.Warn, "Duration", measured, limit, $"lasts {measured}; it must last {limit}, and the endpoint may refuse it.", mends);
    }

    public static IEnumerable<Observation> Problems(MediaFacts facts)
    {
        foreach (MediaProblem problem in facts.Problems)
        {
            string sentence = char.ToLowerInvariant(problem.Text[0]) + problem.Text[1..];
            string? advice = problem.Severity < MediaSeverity.Refuse ? null
                : facts.Length == 0 || facts.IsTruncated ? "Copy the file again from its source: this copy is not whole."
                : facts.IsEncrypted ? "Export the file anew from its source without copy protection."
                : null;
            Mending mends = problem.Severity == MediaSeverity.Note ? Mending.None : Mending.Encode;
            string opening = problem.Severity == MediaSeverity.Note ? "is unusual" : "is not as it should be";
            yield return new Observation(problem.Severity, "Integrity", problem.Text, WholeFile, $"{opening}: {sentence}", mends, advice);
        }
    }
}
