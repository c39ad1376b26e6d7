using System.Collections.Concurrent;
using System.Globalization;

namespace KlingLipSync.Tests.Unit.Media;

/// <summary>
/// Mutants of honest files: whatever the bytes, facts come back at a bounded cost. <c>KLINGLIPSYNC_FUZZ</c> asks for another number of mutants
/// (<c>5000000</c>), or for one by its seed (<c>seed:4711</c>), which a failure names.
/// </summary>
[Collection(nameof(Heavy))]
public class MediaFuzzTests
{
    private const int Mutants = 120_000;

    [Fact]
    public void No_mutant_makes_the_reader_throw_or_cost_more_than_any_file_may()
    {
        MutantFactory factory = new();
        string? wish = Environment.GetEnvironmentVariable("KLINGLIPSYNC_FUZZ");
        if (wish?.StartsWith("seed:", StringComparison.Ordinal) == true)
        {
            BoundedReading.Read(factory.Make(int.Parse(wish.AsSpan(5), CultureInfo.InvariantCulture)));
            return;
        }

        int mutants = int.TryParse(wish, NumberStyles.None, CultureInfo.InvariantCulture, out int wanted) ? wanted : Mutants;
        var failures = new ConcurrentBag<string>();
        Parallel.For(0, mutants, new ParallelOptions { MaxDegreeOfParallelism = 2 }, (seed, loop) =>
        {
            try
            {
                BoundedReading.Read(factory.Make(seed));
            }
            catch (Exception failure)
            {
                failures.Add($"KLINGLIPSYNC_FUZZ=seed:{seed} makes: {failure}");
                loop.Stop();
            }
        });
        Assert.True(failures.IsEmpty, string.Join(Environment.NewLine, failures));
    }

    [Fact]
    public void A_seed_makes_the_same_mutant_again_and_every_format_has_its_share()
    {
        MutantFactory factory = new();
        Assert.Equal(factory.Make(4711), new MutantFactory().Make(4711));
        Assert.NotEqual(factory.Make(4711), factory.Make(4712));
        Assert.True(factory.Formats.Count >= 8, string.Join(", ", factory.Formats));
    }
}
