using KlingLipSync.Bench.Chaos;

CommandLine line;
try
{
    line = CommandLine.Parse(args);
}
catch (FormatException e)
{
    Console.Error.WriteLine($"{e.Message}\n{CommandLine.Usage}");
    return 2;
}

var (node, why) = line.Runs.Any(o => o.Rival) ? Node.Find() : (null, "not asked for");
var outcomes = new List<Outcome>();
foreach (var options in line.Runs)
{
    var module = await ChaosRun.ModuleAsync(options, Console.Out);
    foreach (var words in module.Findings)
    {
        Console.WriteLine($"  {words}");
    }

    if (!module.IsClean)
    {
        Console.WriteLine($"To be had again by: {options.Replay}");
    }

    outcomes.Add(new Outcome(options, module, options.Rival && node is not null ? await ChaosRun.RivalAsync(options, Console.Out) : null));
}

var report = new Report(Shell.Find(line.Runs[0].Shell).Name, node is null ? why : $"{Node.Client}, node {node.Version}", outcomes);
Console.WriteLine(report.Table());
if (line.Results is { } results)
{
    Directory.CreateDirectory(results);
    File.WriteAllText(Path.Combine(results, "chaos.md"), report.ToMarkdown());
    File.WriteAllText(Path.Combine(results, Report.PlotName), Plot.Draw(outcomes[0]));
}

return outcomes.All(o => o.Module.IsClean) ? 0 : 1;
