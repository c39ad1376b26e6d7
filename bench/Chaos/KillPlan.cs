namespace KlingLipSync.Bench.Chaos;

/// <summary>Everything that is done to the runs of the command, drawn beforehand.</summary>
/// <param name="Hold">While unconfirmed pairs are held.</param>
/// <param name="Resubmit">While those that were proven absent are sent anew.</param>
internal sealed record KillPlan(IReadOnlyList<Step> Hold, IReadOnlyList<Step> Resubmit)
{
    /// <summary>Every boundary that the engine announces.</summary>
    private static readonly string[] Boundaries = ["IntentWritten", "PostAccepted", "ReceiptWritten", "ResultStored", "BeforeRename"];

    // Two initiates, two uploads, submit, stream, result, download.
    private const int HitsPerJob = 8;

    /// <summary>The part of the work that is left over for the runs that nobody kills.</summary>
    private const double Left = 0.25;

    /// <summary>So many of the unconfirmed there are, by faults alone.</summary>
    private const double UnconfirmedShare = 0.08;

    /// <summary>How many runs end with a kill.</summary>
    public int Kills => Hold.Concat(Resubmit).Count(s => s.Kind is StepKind.KillAtBoundary or StepKind.KillAtRandom);

    /// <summary>The kills at random of a program that announces no boundaries: as many in all, and as early.</summary>
    public IReadOnlyList<Step> AtRandom(int seed, int jobs)
    {
        var random = Chance.For(seed, "rival's kills");
        return [.. Enumerable.Range(0, Kills).Select(_ => AtRandom(random, jobs * HitsPerJob, Kills))];
    }

    public static KillPlan Draw(ChaosOptions options)
    {
        var random = Chance.For(options.Seed, "kills");
        // The second phase has little to do, and a run that has ended cannot be killed any more: its kills come on top.
        var late = options.Kills / 10;
        var hold = options.Kills == 0 ? [] : Kinds(random, options.Jobs, options.Kills).ToList();
        if (options.Second && !OperatingSystem.IsWindows())
        {
            hold.Insert(hold.Count / 3, new Step(StepKind.SecondPaused)
            {
                Hits = random.Next(1, 1 + Math.Max(8, options.Jobs / 10)),
                Pause = TimeSpan.FromSeconds(2 + (4 * random.NextDouble())),
            });
            hold.Insert(2 * hold.Count / 3, new Step(StepKind.SecondPausedAtIntent)
            {
                Boundary = Boundaries[0],
                Nth = random.Next(1, 4),
                Pause = TimeSpan.FromSeconds(12.5),
            });
        }

        return new KillPlan(hold, late == 0 ? [] : [.. Kinds(random, (int)Math.Ceiling(options.Jobs * UnconfirmedShare), late)]);
    }

    private static IEnumerable<Step> Kinds(Random random, int jobs, int kills)
    {
        var perRun = Math.Max(1, (int)(jobs * (1 - Left) / (kills + Boundaries.Length)));
        Step[] steps =
        [
            .. Boundaries.Select(b => new Step(StepKind.KillAtBoundary) { Boundary = b, Nth = random.Next(1, 2 + perRun) }),
            .. Enumerable.Range(0, kills).Select(_ => AtRandom(random, jobs * HitsPerJob, kills + Boundaries.Length)),
        ];
        random.Shuffle(steps);
        return steps;
    }

    private static Step AtRandom(Random random, int hits, int kills) => new(StepKind.KillAtRandom)
    {
        Hits = random.Next(1, 1 + Math.Max(2, (int)(2 * hits * (1 - Left) / kills))),
        Moment = TimeSpan.FromMilliseconds(random.Next(0, 120)),
    };
}
