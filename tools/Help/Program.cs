using KlingLipSync.Help;

// Makes the files that Get-Help reads out of the pages: Help <folder of pages> <command assembly> <folder to write> [--online <address of the pages>] [--rewrite-errors]
if (args is not [var pages, var assembly, var output, .. var options])
{
    Console.Error.WriteLine("Usage: Help <folder of pages> <command assembly> <folder to write> [--online <address of the pages>] [--rewrite-errors]");
    return 2;
}

var online = Array.IndexOf(options, "--online") is >= 0 and var at ? new Uri(options[at + 1]) : null;
var faults = new Faults();
ErrorPage.Check(Path.GetFullPath(pages), assembly, options.Contains("--rewrite-errors"), faults);
var commands = CommandShape.ReadAll(assembly);
var folder = PageFolder.Read(pages, faults);
foreach (var command in commands)
{
    PageCheck.Check(command, folder, faults);
}

PageCheck.CheckStrays(folder, commands, faults);
var topics = folder.Topics.Select(t => (t.Name, Text: TopicText.Of(t, faults))).ToList();
if (faults.Any)
{
    faults.Print(Console.Error);
    return 1;
}

// A topic that was taken out must not stay behind.
Directory.CreateDirectory(output);
foreach (var stale in Directory.EnumerateFiles(output, $"{TopicReader.Prefix}*.help.txt"))
{
    File.Delete(stale);
}

HelpFile.Write(Path.Combine(output, Path.GetFileName(assembly) + "-Help.xml"), commands.Select(c => (c, folder.Pages[c.Name])), online);
foreach (var (name, text) in topics)
{
    File.WriteAllText(Path.Combine(output, $"{name}.help.txt"), text);
}

return 0;
