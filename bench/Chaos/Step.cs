namespace KlingLipSync.Bench.Chaos;

/// <summary>What is done to one run of the command.</summary>
internal enum StepKind
{
    /// <summary>kill -9 at a boundary that the engine announces.</summary>
    KillAtBoundary,

    /// <summary>kill -9 from outside, after so many hits of the emulator by this process and a short moment.</summary>
    KillAtRandom,

    /// <summary>A second process over the same pairs is stopped with SIGSTOP after so many hits, and goes on later.</summary>
    SecondPaused,

    /// <summary>The same, stopped between its intent and its POST, for longer than an intent lives.</summary>
    SecondPausedAtIntent,
}

/// <summary>One run of the command that does not end well.</summary>
/// <param name="Kind">What is done to it.</param>
internal sealed record Step(StepKind Kind)
{
    public string Boundary { get; init; } = "";

    /// <summary>Which crossing of the boundary.</summary>
    public int Nth { get; init; } = 1;

    /// <summary>So many hits after the first.</summary>
    public int Hits { get; init; }

    public TimeSpan Moment { get; init; }

    /// <summary>How long it stays stopped.</summary>
    public TimeSpan Pause { get; init; }

    public override string ToString() => Kind switch
    {
        StepKind.KillAtBoundary => $"kill at {Boundary} no. {Nth}",
        StepKind.KillAtRandom => $"kill after {Hits} hits + {Moment.TotalMilliseconds:0} ms",
        StepKind.SecondPaused => $"second process stopped after {Hits} hits for {Pause.TotalSeconds:0.0} s",
        _ => $"second process stopped at {Boundary} no. {Nth} for {Pause.TotalSeconds:0.0} s",
    };
}
