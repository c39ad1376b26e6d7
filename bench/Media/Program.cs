using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace KlingLipSync.Bench.Media;

/// <summary>Measures the media readers and, where it is on the PATH, <c>ffprobe</c> beside them; the results go to <c>bench/results</c>.</summary>
public static class Program
{
    /// <summary>The folder of the files to be read.</summary>
    public static string Folder { get; private set; } = "";

    /// <summary>Runs everything.</summary>
    public static int Main()
    {
        DirectoryInfo folder = BenchFiles.Make();
        try
        {
            Folder = folder.FullName;

            // In this process, because the files are made by it. Nine iterations, of which the median counts.
            Job job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(3).WithIterationCount(9);
            Summary headers = BenchmarkRunner.Run<HeaderBenchmarks>(Config(job));
            Summary? ffprobe = FfprobeBenchmarks.IsThere
                ? BenchmarkRunner.Run<FfprobeBenchmarks>(Config(job.WithStrategy(RunStrategy.Monitoring).WithWarmupCount(1)))
                : null;
            if (headers.HasCriticalValidationErrors || headers.Reports.Any(report => !report.Success))
            {
                return 1;
            }

            var results = new Results(headers, ffprobe, SideBySide.Ratio(BenchFiles.Small, BenchFiles.Large));
            string target = Path.Combine(BenchFiles.RepositoryRoot, "bench", "results");
            Directory.CreateDirectory(target);
            File.WriteAllText(Path.Combine(target, "media.md"), results.ToMarkdown());
            File.WriteAllText(Path.Combine(target, "media.svg"), Plot.Draw(results.Rows));
            Console.WriteLine(results.ToMarkdown());
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static IConfig Config(Job job)
        => ManualConfig.CreateEmpty()
            .AddJob(job)
            .AddLogger(ConsoleLogger.Default)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .WithArtifactsPath(Path.Combine(BenchFiles.RepositoryRoot, "BenchmarkDotNet.Artifacts"));
}
