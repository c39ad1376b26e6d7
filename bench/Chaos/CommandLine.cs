using System.Globalization;

namespace KlingLipSync.Bench.Chaos;

/// <summary>The arguments of the program: the runs they ask for, and where the results go.</summary>
/// <param name="Runs">One after the other.</param>
/// <param name="Results">The folder of the report; null for none.</param>
internal sealed record CommandLine(IReadOnlyList<ChaosOptions> Runs, string? Results)
{
    public const string Usage = """
        Without arguments: three runs of 1,000 jobs, one a scenario; the report goes to bench/results.
          --seed <n>                       what files, faults and kills are drawn from (1)
          --scenario plain|lag|locked|all  what fal is like (all when nothing else is given, else plain)
          --jobs <n>  --faults <0..1>  --kills <n>  --throttle <n>
          --second on|off                  stop a second process over the same pairs for a while
          --rival on|off                   put the same to @fal-ai/client
          --shell auto|pwsh|host           what runs the module
          --folder <path>                  where the working folders are made
          --out <path>                     where the report goes; without it only the full run writes one
        """;

    /// <exception cref="FormatException">An argument is not understood.</exception>
    public static CommandLine Parse(IReadOnlyList<string> arguments)
    {
        var options = new ChaosOptions();
        string? results = null;
        var all = arguments.Count == 0;
        for (var i = 0; i < arguments.Count; i += 2)
        {
            var value = i + 1 < arguments.Count ? arguments[i + 1] : throw new FormatException($"{arguments[i]} needs a value.");
            switch (arguments[i])
            {
                case "--seed":
                    options = options with { Seed = Whole(value) };
                    break;
                case "--scenario" when value == "all":
                    all = true;
                    break;
                case "--scenario":
                    options = options with
                    {
                        Scenario = Enum.TryParse<Scenario>(value, ignoreCase: true, out var scenario) ? scenario : throw new FormatException($"'{value}' is no scenario."),
                    };
                    break;
                case "--jobs":
                    options = options with { Jobs = Whole(value) };
                    break;
                case "--faults":
                    options = options with { Faults = double.Parse(value, CultureInfo.InvariantCulture) };
                    break;
                case "--kills":
                    options = options with { Kills = Whole(value) };
                    break;
                case "--throttle":
                    options = options with { Throttle = Whole(value) };
                    break;
                case "--second":
                    options = options with { Second = IsOn(value) };
                    break;
                case "--rival":
                    options = options with { Rival = IsOn(value) };
                    break;
                case "--shell":
                    options = options with { Shell = value };
                    break;
                case "--folder":
                    options = options with { Folder = Path.GetFullPath(value) };
                    break;
                case "--out":
                    results = Path.GetFullPath(value);
                    break;
                default:
                    throw new FormatException($"'{arguments[i]}' is not understood.");
            }
        }

        return new CommandLine(
            all ? [.. Enum.GetValues<Scenario>().Select((scenario, i) => options with { Scenario = scenario, Seed = options.Seed + i })] : [options],
            results ?? (arguments.Count == 0 ? Path.Combine(Built.Root, "bench", "results") : null));
    }

    private static int Whole(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static bool IsOn(string text) => text switch { "on" => true, "off" => false, _ => throw new FormatException($"'{text}' is neither on nor off.") };
}
