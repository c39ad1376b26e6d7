using System.Diagnostics;
using KlingLipSync.Media;

namespace KlingLipSync.Bench.Media;

/// <summary>Two kinds of files read in turns, so that whatever else the machine does falls on both alike.</summary>
public static class SideBySide
{
    private const int Rounds = 301;

    /// <summary>How many times as long the second kind takes: the median over all rounds.</summary>
    /// <param name="first">The kind that is 1.</param>
    /// <param name="second">The other kind.</param>
    public static double Ratio(string first, string second)
    {
        string[] firsts = Directory.GetFiles(Path.Combine(Program.Folder, first));
        string[] seconds = Directory.GetFiles(Path.Combine(Program.Folder, second));
        double[] ratios = new double[Rounds];
        for (int i = 0; i < Rounds; i++)
        {
            // Who begins changes, because the first of two finds the colder caches.
            (double one, double two) = i % 2 == 0 ? (Time(firsts), Time(seconds)) : Swapped(Time(seconds), Time(firsts));
            ratios[i] = two / one;
        }

        Array.Sort(ratios);
        return ratios[Rounds / 2];
    }

    private static (double, double) Swapped(double a, double b) => (b, a);

    private static double Time(string[] files)
    {
        long started = Stopwatch.GetTimestamp();
        foreach (string file in files)
        {
            MediaReader.ReadFile(file);
        }

        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
