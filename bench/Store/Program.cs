using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using KlingLipSync.Bench.Store;

// Nine iterations, of which the median counts.
var job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(3).WithIterationCount(9);
var config = ManualConfig.CreateEmpty()
    .AddJob(job)
    .AddLogger(ConsoleLogger.Default)
    .AddColumnProvider(DefaultColumnProviders.Instance)
    .WithArtifactsPath(Folder.Artifacts);
try
{
    var reads = BenchmarkRunner.Run<ReadBenchmarks>(config);
    var commits = BenchmarkRunner.Run<CommitBenchmarks>(config);
    if (reads.Reports.Concat(commits.Reports).Any(report => !report.Success))
    {
        return 1;
    }

    var text = Report.Of(reads, commits);
    Directory.CreateDirectory(Folder.Results);
    File.WriteAllText(Path.Combine(Folder.Results, "store.md"), text);
    Console.WriteLine(text);
    return 0;
}
finally
{
    Directory.Delete(Path.Combine(Folder.Artifacts, "stores"), recursive: true);
}
