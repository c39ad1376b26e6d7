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

var isClean = true;
foreach (var options in line.Runs)
{
    var verdict = await ChaosRun.ModuleAsync(options, Console.Out);
    Console.WriteLine($"  accepted {verdict.Accepted} of {verdict.Pairs}, runs {verdict.Runs}, killed {verdict.Killed}, {verdict.Took.TotalSeconds:0} s; {string.Join(", ", Enum.GetValues<Rule>().Select(r => $"{r} {verdict[r]}"))}");
    if (!verdict.IsClean)
    {
        isClean = false;
        Console.WriteLine(string.Join('\n', verdict.Findings));
        Console.WriteLine($"Again: {options.Replay}");
    }
}

return isClean ? 0 : 1;
