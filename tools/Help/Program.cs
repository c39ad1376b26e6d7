using KlingLipSync.Help;

// Makes the module's help file out of its pages: Help <folder of pages> <command assembly> <help file>
if (args.Length != 3)
{
    Console.Error.WriteLine("Usage: Help <folder of pages> <command assembly> <help file>");
    return 2;
}

var faults = new Faults();
var commands = CommandShape.ReadAll(args[1]);
var pages = PageFolder.Read(args[0], faults);
foreach (var command in commands)
{
    PageCheck.Check(command, pages, faults);
}

PageCheck.CheckStrays(pages, commands, faults);
if (faults.Any)
{
    faults.Print(Console.Error);
    return 1;
}

HelpFile.Write(args[2], commands.Select(c => (c, pages.Pages[c.Name])));
return 0;
