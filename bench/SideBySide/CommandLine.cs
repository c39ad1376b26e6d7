using System.Globalization;

namespace KlingLipSync.Bench.SideBySide;

/// <summary>Reads the arguments of the program.</summary>
internal static class CommandLine
{
    public const string Usage = """
        Without arguments: all rows, nine runs of each contender; the report goes to bench/results.
          --rows 1,2,11        only these rows
          --runs <n>           how often each contender runs (9)
          --quick              one small run of each: does it all still work?
          --jobs <n>           jobs of the long batch (10000)
          --at-once <n>        jobs in hand at once, for all contenders alike (64)
          --shell auto|pwsh|host  what runs the module
          --module <manifest>  another module than the one just built, such as the unpacked package
          --out <path>         where the report goes; without it only the full run writes one
        """;

    /// <exception cref="FormatException">An argument is not understood.</exception>
    public static BenchOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new BenchOptions();
        for (var i = 0; i < arguments.Count; i++)
        {
            options = arguments[i] switch
            {
                "--quick" => options with { IsQuick = true, Runs = 1, LongBatch = 100 },
                "--rows" => options with { Rows = [.. Value().Split(',').Select(Whole)] },
                "--runs" => options with { Runs = Whole(Value()) },
                "--jobs" => options with { LongBatch = Whole(Value()) },
                "--at-once" => options with { AtOnce = Whole(Value()) },
                "--shell" => options with { Shell = Value() },
                "--module" => options with { Module = Path.GetFullPath(Value()) },
                "--out" => options with { Results = Path.GetFullPath(Value()) },
                var other => throw new FormatException($"'{other}' is not understood."),
            };

            string Value() => ++i < arguments.Count ? arguments[i] : throw new FormatException($"{arguments[i - 1]} needs a value.");
        }

        return arguments.Count == 0 ? options with { Results = Path.Combine(Built.Root, "bench", "results") } : options;
    }

    private static int Whole(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
        ? number
        : throw new FormatException($"'{text}' is no number above 0.");
}
