using KlingLipSync.Bench.SideBySide;
using KlingLipSync.Bench.SideBySide.Rows;

BenchOptions options;
try
{
    options = CommandLine.Parse(args);
}
catch (FormatException e)
{
    Console.Error.WriteLine($"{e.Message}\n{CommandLine.Usage}");
    return 2;
}

// On the disk of the repository: the system's temporary folder may be no disk, and then commits cost nothing.
var home = Path.Combine(Built.Root, "out", "side-by-side", $"{Environment.ProcessId}");
var folder = Path.Combine(home, "work");
var (node, why) = Node.Find();
var shell = Shell.Find(options.Shell);
var bench = new Bench(options, shell, node, ModuleCopy.Make(options.Module ?? Built.Module, Path.Combine(home, "KlingLipSync")), folder);
var rows = new (int Number, Func<Bench, Task<Outcome?>> Measure)[]
{
    (1, async b => await OneByOne.MeasureAsync(b)),
    (2, async b => await AtOnce.MeasureAsync(b)),
    (3, async b => await Noticing.MeasureAsync(b)),
    (4, async b => await Uploading.MeasureAsync(b)),
    (5, async b => await SharedSound.MeasureAsync(b)),
    (6, Starting.MeasureAsync),
    (7, async b => await Checking.MeasureAsync(b)),
    (8, _ => Task.FromResult(Promises.OfFaults())),
    (9, _ => Task.FromResult(Promises.OfKills())),
    (10, async b => await Resuming.MeasureAsync(b)),
    (11, async b => await LongBatch.MeasureAsync(b)),
};
var outcomes = new List<Outcome>();
var isWhole = true;
foreach (var (number, measure) in rows.Where(r => options.Rows.Contains(r.Number)))
{
    Directory.CreateDirectory(folder);
    try
    {
        Console.Error.Write($"row {number} ");
        if (await measure(bench) is { } outcome)
        {
            outcomes.Add(outcome);
            Console.WriteLine(Report.Of(outcome));
        }
    }
    catch (Exception e) when (e is InvalidOperationException or IOException or HttpRequestException)
    {
        // The other rows are measured all the same.
        isWhole = false;
        Console.Error.WriteLine($"Row {number} failed: {e}");
    }
    finally
    {
        Directory.Delete(folder, recursive: true);
    }
}

Directory.Delete(home, recursive: true);
var report = new Report(options, shell.Name, node is null ? why : $"{Node.Client}, node {node.Version}", outcomes);
Console.WriteLine(report.Table());
if (options.Results is { } results)
{
    Directory.CreateDirectory(results);
    File.WriteAllText(Path.Combine(results, "side-by-side.md"), report.ToMarkdown());
    foreach (var (name, svg) in outcomes.SelectMany(o => o.Plots))
    {
        File.WriteAllText(Path.Combine(results, name), svg);
    }
}

// A missed goal is a finding, not a failure of the program.
return isWhole ? 0 : 1;
