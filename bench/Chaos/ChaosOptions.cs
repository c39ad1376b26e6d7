using System.Globalization;

namespace KlingLipSync.Bench.Chaos;

/// <summary>One run of the harness. The same options make the same files, faults and kills.</summary>
public sealed record ChaosOptions
{
    /// <summary>What everything is drawn from.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>What fal is like.</summary>
    public Scenario Scenario { get; init; }

    /// <summary>How many pairs there are.</summary>
    public int Jobs { get; init; } = 1000;

    /// <summary>How likely each hit of each route fails.</summary>
    public double Faults { get; init; } = 0.1;

    /// <summary>How many kills at random there are, besides one at each boundary; 0 for no kills at all.</summary>
    public int Kills { get; init; } = 50;

    /// <summary>Whether a second process comes in and is stopped for a while. Not on Windows.</summary>
    public bool Second { get; init; } = true;

    /// <summary>The command's <c>-ThrottleLimit</c>, and the rival's.</summary>
    public int Throttle { get; init; } = 16;

    /// <summary>Whether the rival is put to the same, where it can be had.</summary>
    public bool Rival { get; init; } = true;

    /// <summary>What runs the module: <c>pwsh</c>, <c>host</c>, or <c>auto</c> for the first of them that is there.</summary>
    public string Shell { get; init; } = "auto";

    /// <summary>The folder that working folders are made in; the system's for temporary files by default.</summary>
    public string? Folder { get; init; }

    /// <summary>The command line that makes this run again.</summary>
    public string Replay => string.Create(CultureInfo.InvariantCulture,
        $"dotnet run -c Release --project bench/Chaos -- --seed {Seed} --scenario {Name(Scenario)} --jobs {Jobs} --faults {Faults} --kills {Kills} --second {Word(Second)} --throttle {Throttle} --rival {Word(Rival)} --shell {Shell}");

    /// <summary>How long after its end a request shows in the history.</summary>
    internal TimeSpan HistoryLag => Scenario == Scenario.Lag ? TimeSpan.FromSeconds(30) : TimeSpan.Zero;

    /// <summary>After how long absence from the history counts. An accepted request is through the emulator in well under a second.</summary>
    internal TimeSpan Horizon => HistoryLag + TimeSpan.FromSeconds(6);

    /// <summary>The name of a scenario, as on the command line.</summary>
    internal static string Name(Scenario scenario) => scenario.ToString().ToLowerInvariant();

    private static string Word(bool value) => value ? "on" : "off";
}
