using System.Diagnostics;
using System.Text.RegularExpressions;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Help;

/// <summary>The program that makes the help file: what it refuses, and that it names the place.</summary>
public sealed partial class HelpProgramTests
{
    [Fact]
    public async Task The_pages_make_the_file_that_ships()
    {
        using var folder = new TestFolder();
        var file = folder.At("help.xml");

        var (code, errors) = await RunAsync(ModuleUnderTest.HelpPages, file);

        Assert.Equal((0, ""), (code, errors));
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(ModuleUnderTest.Folder, "en-US", "KlingLipSync.PowerShell.dll-Help.xml")), await File.ReadAllTextAsync(file));
    }

    [Theory]
    [InlineData("### -Any", "### -Every", "has no parameter -Every")]
    [InlineData("### -Any", "### -Every", "parameter -Any of Wait-KlingLipSyncJob is not described", "## PARAMETERS")]
    [InlineData("Returns when the first of the jobs has ended, with that one job.", "", "-Any has no text", "### -Any")]
    [InlineData("### Example 1: ", "### Example 7: ", "This heading is '### Example 1: <title>'")]
    [InlineData("```powershell", "```", "An example is one ```powershell block", "### Example 1: ")]
    [InlineData("## OUTPUTS", "## RESULTS", "The sections are SYNOPSIS", "# Wait-KlingLipSyncJob")]
    [InlineData("### KlingLipSync.LipSyncJob", "### KlingLipSync.Job", "'### KlingLipSync.LipSyncJob' is missing", "## INPUTS")]
    [InlineData("Shared.md#-id", "Shared.md#-nobody", "names no parameter of another page", "### -Id")]
    [InlineData("(Get-KlingLipSyncJob.md)", "(Get-Nothing.md)", "'Get-Nothing.md' does not exist")]
    [InlineData("The command waits for all", "The command <b>waits</b> for all", "Get-Help shows no HTML")]
    [InlineData("The command waits for all", "| waits | for |\n|---|---|\n| all | jobs |\n\nAll", "Only paragraphs and lists")]
    public async Task A_fault_is_an_error_with_its_line(string good, string bad, string said, string? at = null)
    {
        using var folder = new TestFolder();
        Copy(folder);
        var page = folder.At("Wait-KlingLipSyncJob.md");
        var text = await File.ReadAllTextAsync(page);
        Assert.Contains(good, text);
        text = text[..text.IndexOf(good, StringComparison.Ordinal)] + bad + text[(text.IndexOf(good, StringComparison.Ordinal) + good.Length)..];
        await File.WriteAllTextAsync(page, text);
        var line = text[..text.IndexOf(at ?? bad, StringComparison.Ordinal)].Count(c => c == '\n') + 1;

        var (code, errors) = await RunAsync(folder.Root, folder.At("help.xml"));

        Assert.Equal(1, code);
        Assert.Contains(errors.Split('\n'), e => e.StartsWith($"{page}({line}): error HELP: ", StringComparison.Ordinal) && e.Contains(said, StringComparison.Ordinal));
        Assert.False(File.Exists(folder.At("help.xml")));
    }

    [Fact]
    public async Task Too_few_examples_a_missing_page_and_a_stray_one_are_errors()
    {
        using var folder = new TestFolder();
        Copy(folder);
        File.Move(folder.At("Stop-KlingLipSyncJob.md"), folder.At("Halt-KlingLipSyncJob.md"));
        var page = folder.At("Connect-KlingLipSync.md");
        await File.WriteAllTextAsync(page, LastExample().Replace(await File.ReadAllTextAsync(page), ""));

        var (code, errors) = await RunAsync(folder.Root, folder.At("help.xml"));

        Assert.Equal(1, code);
        Assert.Contains($"{folder.At("Stop-KlingLipSyncJob.md")}(1): error HELP: The command Stop-KlingLipSyncJob has no page.", errors);
        Assert.Contains($"{folder.At("Halt-KlingLipSyncJob.md")}(1): error HELP: The module has no command Halt-KlingLipSyncJob.", errors);
        Assert.Contains("error HELP: Connect-KlingLipSync has 2 examples; 3 are the least.", errors);
    }

    private static void Copy(TestFolder folder)
    {
        foreach (var page in Directory.EnumerateFiles(ModuleUnderTest.HelpPages))
        {
            File.Copy(page, folder.At(Path.GetFileName(page)));
        }
    }

    private static async Task<(int Code, string Errors)> RunAsync(string pages, string file)
    {
        var start = new ProcessStartInfo("dotnet", [ModuleUnderTest.HelpProgram, pages, ModuleUnderTest.CommandAssembly, file]) { RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, errors);
    }

    [GeneratedRegex("### Example 3: .*?(?=## PARAMETERS)", RegexOptions.Singleline)]
    private static partial Regex LastExample();
}
