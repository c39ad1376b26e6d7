using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Help;

/// <summary>The program that makes the files that Get-Help reads: what it refuses, and that it names the place.</summary>
public sealed partial class HelpProgramTests
{
    private const string HelpFileName = "KlingLipSync.PowerShell.dll-Help.xml";

    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";

    [Fact]
    public async Task The_pages_make_the_files_that_ship()
    {
        using var folder = new TestFolder();
        var stale = folder.Text("gone", "about_Nothing.help.txt");

        var (code, errors) = await RunAsync(ModuleUnderTest.HelpPages, folder.Root);

        Assert.Equal((0, ""), (code, errors));
        Assert.False(File.Exists(stale));
        var shipped = Directory.GetFiles(Path.Combine(ModuleUnderTest.Folder, "en-US"));
        Assert.Equal(shipped.Select(Path.GetFileName).Order(), Directory.GetFiles(folder.Root).Select(Path.GetFileName).Order());
        Assert.All(shipped, file => Assert.Equal(File.ReadAllText(file), File.ReadAllText(folder.At(Path.GetFileName(file)))));
    }

    [Fact]
    public async Task Given_an_address_every_command_leads_to_its_own_page_there_and_to_its_neighbours()
    {
        using var folder = new TestFolder();
        Assert.Equal((0, ""), await RunAsync(ModuleUnderTest.HelpPages, folder.Root, "--online", "https://example.com/docs/en-US/"));

        var links = XDocument.Load(folder.At(HelpFileName)).Descendants(Command + "command").ToDictionary(
            c => c.Descendants(Command + "name").First().Value, c => c.Descendants(Maml + "uri").Select(u => u.Value).Where(u => u.Length > 0).ToList());

        Assert.All(links, l => Assert.Equal($"https://example.com/docs/en-US/{l.Key}.md", l.Value[0]));
        Assert.Contains("https://example.com/docs/en-US/about_KlingLipSync_Jobs.md", links["Wait-KlingLipSyncJob"]);
        Assert.All(links.Values.SelectMany(l => l), uri => Assert.True(File.Exists(Path.Combine(ModuleUnderTest.HelpPages, uri["https://example.com/docs/en-US/".Length..])), uri));
    }

    [Fact]
    public void Without_an_address_no_link_leads_to_the_web() =>
        Assert.All(XDocument.Load(Path.Combine(ModuleUnderTest.Folder, "en-US", HelpFileName)).Descendants(Maml + "navigationLink"), l => Assert.Equal("", l.Element(Maml + "uri")!.Value));

    [Theory]
    [InlineData("# about_KlingLipSync_Jobs", "# about_Jobs", "The topic begins with '# about_KlingLipSync_Jobs'", "# about_Jobs")]
    [InlineData("## LONG DESCRIPTION", "## MORE", "The sections are SHORT DESCRIPTION, LONG DESCRIPTION", "# about_KlingLipSync_Jobs")]
    [InlineData("How a job lives: its states, reruns, lost answers, Ctrl+C, and the store.", "", "The short description is one paragraph", "## SHORT DESCRIPTION")]
    [InlineData("How a job lives:", "How a job lives, from its first byte to its last:", "76 fit into its line", "## SHORT DESCRIPTION")]
    [InlineData("[about_KlingLipSync_Cost](about_KlingLipSync_Cost.md)", "[nothing](nothing.md)", "'nothing.md' does not exist")]
    [InlineData("[about_KlingLipSync_Cost](about_KlingLipSync_Cost.md)", "[nothing](about_KlingLipSync_Cost.md#nothing)", "'about_KlingLipSync_Cost.md#nothing' does not exist")]
    [InlineData("[about_KlingLipSync_Cost](about_KlingLipSync_Cost.md)", "about_KlingLipSync_Cost", "What stands in SEE ALSO is one link")]
    [InlineData("A job is one pair", "> quoted\n\nA job is one pair", "A topic has paragraphs, lists, tables and code")]
    [InlineData("A job is one pair", "A job is <b>one</b> pair", "Get-Help shows no HTML")]
    public async Task A_fault_of_a_topic_is_an_error_with_its_line(string good, string bad, string said, string? at = null) =>
        await AssertFault("about_KlingLipSync_Jobs.md", good, bad, said, at);

    [Fact]
    public async Task Tables_lists_and_code_of_a_topic_are_laid_out_for_a_terminal()
    {
        using var folder = new TestFolder();
        Copy(folder);
        var page = folder.At("about_KlingLipSync_Jobs.md");
        var text = await File.ReadAllTextAsync(page);
        await File.WriteAllTextAsync(page, text.Replace("A job is one pair of clip", """
            | short | long |
            |---|---|
            | `a` | one two |

            | a first column that takes much | a second one that takes more | what is left |
            |---|---|---|
            | one | two | three |

            1. first
            2. second

               more of it

            ```text
            code
              more
            ```

            A job is one pair of clip
            """, StringComparison.Ordinal));

        Assert.Equal((0, ""), await RunAsync(folder.Root, folder.At("made")));

        Assert.Contains("""
                short  long
                -----  ----
                a      one two

                - one: two; three

                1. first
                2. second
                   more of it

                    code
                      more

                A job is one pair of clip and sound at fal.
            """.ReplaceLineEndings("\n"), await File.ReadAllTextAsync(folder.At("made", "about_KlingLipSync_Jobs.help.txt")));
    }

    [Theory]
    [InlineData("- Category: QuotaExceeded", "- Category: NotSpecified")]
    [InlineData("- Meaning: The file has no bytes.", "- Meaning: The file is short.")]
    [InlineData("- What to do: Copy or export the file again.", "- What to do: Nothing.")]
    [InlineData("- Target: the endpoint", "- Target: the weather")]
    [InlineData("### FileEmpty", "### FileShort")]
    public async Task A_catalogue_that_is_not_that_of_the_code_is_an_error_that_says_how_to_write_it(string good, string bad) =>
        await AssertFault("about_KlingLipSync_Errors.md", good, bad, "-p:RewriteErrors=true", null);

    [Fact]
    public async Task The_catalogue_is_written_into_its_page_on_wish()
    {
        using var folder = new TestFolder();
        Copy(folder);
        var page = folder.At("about_KlingLipSync_Errors.md");
        var right = await File.ReadAllTextAsync(page);
        await File.WriteAllTextAsync(page, right[..right.IndexOf("### NoApiKey", StringComparison.Ordinal)] + right[right.IndexOf("## SEE ALSO", StringComparison.Ordinal)..]);

        Assert.Equal((0, ""), await RunAsync(folder.Root, folder.At("made"), "--rewrite-errors"));

        Assert.Equal(right, await File.ReadAllTextAsync(page));
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
    public async Task A_fault_is_an_error_with_its_line(string good, string bad, string said, string? at = null) =>
        await AssertFault("Wait-KlingLipSyncJob.md", good, bad, said, at);

    [Fact]
    public async Task Too_few_examples_a_missing_page_and_a_stray_one_are_errors()
    {
        using var folder = new TestFolder();
        Copy(folder);
        File.Move(folder.At("Stop-KlingLipSyncJob.md"), folder.At("Halt-KlingLipSyncJob.md"));
        var page = folder.At("Connect-KlingLipSync.md");
        await File.WriteAllTextAsync(page, LastExample().Replace(await File.ReadAllTextAsync(page), ""));

        var (code, errors) = await RunAsync(folder.Root, folder.At("made"));

        Assert.Equal(1, code);
        Assert.Contains($"{folder.At("Stop-KlingLipSyncJob.md")}(1): error HELP: The command Stop-KlingLipSyncJob has no page.", errors);
        Assert.Contains($"{folder.At("Halt-KlingLipSyncJob.md")}(1): error HELP: The module has no command Halt-KlingLipSyncJob.", errors);
        Assert.Contains("error HELP: Connect-KlingLipSync has 2 examples; 3 are the least.", errors);
    }

    /// <summary>One change of a page, which is told with its line and makes that no file is made.</summary>
    private static async Task AssertFault(string name, string good, string bad, string said, string? at)
    {
        using var folder = new TestFolder();
        Copy(folder);
        var page = folder.At(name);
        var text = await File.ReadAllTextAsync(page);
        var place = text.IndexOf(good, StringComparison.Ordinal);
        Assert.True(place >= 0, good);
        text = text[..place] + bad + text[(place + good.Length)..];
        await File.WriteAllTextAsync(page, text);
        var line = text[..(at is null ? place : text.IndexOf(at, StringComparison.Ordinal))].Count(c => c == '\n') + 1;

        var (code, errors) = await RunAsync(folder.Root, folder.At("made"));

        Assert.Equal(1, code);
        Assert.True(errors.Split('\n').Any(e => e.StartsWith($"{page}({line}): error HELP: ", StringComparison.Ordinal) && e.Contains(said, StringComparison.Ordinal)),
            $"line {line} and '{said}' are not in: {errors}");
        Assert.False(Directory.Exists(folder.At("made")));
    }

    private static void Copy(TestFolder folder)
    {
        foreach (var page in Directory.EnumerateFiles(ModuleUnderTest.HelpPages))
        {
            File.Copy(page, folder.At(Path.GetFileName(page)));
        }
    }

    private static async Task<(int Code, string Errors)> RunAsync(string pages, string output, params string[] options)
    {
        var start = new ProcessStartInfo("dotnet", [ModuleUnderTest.HelpProgram, pages, ModuleUnderTest.CommandAssembly, output, .. options]) { RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, errors);
    }

    [GeneratedRegex("### Example 3: .*?(?=## PARAMETERS)", RegexOptions.Singleline)]
    private static partial Regex LastExample();
}
