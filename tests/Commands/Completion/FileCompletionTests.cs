using System.Management.Automation;
using KlingLipSync.Tests.Commands.Session;
using KlingLipSync.Tests.Unit.Media;

namespace KlingLipSync.Tests.Commands.Completion;

/// <summary>What Tab offers of the disk: clips that fit, sounds that go with them, folders.</summary>
public sealed class FileCompletionTests
{
    [Fact]
    public async Task Clips_that_fit_come_first_then_folders_then_what_would_be_refused_and_why()
    {
        using var folder = new TestFolder();
        using var session = Session(folder);
        folder.Write(TestMedia.Mp4(12), "a-long.mp4");
        folder.Text("no clip", "b-text.mov");
        folder.Clip("c.mp4");
        folder.Clip("D.MOV");
        folder.Sound("c.wav");
        folder.Text("x", "notes.txt");
        folder.Clip("more", "e.mp4");
        folder.Clip(".hidden.mp4");

        await Read(session, "Invoke-KlingLipSync ");
        foreach (var parameter in new[] { "Invoke-KlingLipSync ", "Invoke-KlingLipSync -LiteralPath ", "Invoke-KlingLipSync -VideoPath ", "Measure-KlingLipSyncCost ", "Get-KlingLipSyncJob -VideoPath " })
        {
            var offers = session.Complete(parameter);
            Assert.Equal(["c.mp4", "D.MOV", "more", "a-long.mp4", "b-text.mov"], offers.Select(o => o.CompletionText));
        }

        var told = session.Complete("Invoke-KlingLipSync ").ToDictionary(o => o.CompletionText, o => o.ToolTip);
        Assert.Matches(@"^2\.4 s, 1280x720, .*B, 0\.07 USD", told["c.mp4"]);
        Assert.StartsWith("Refused: a-long.mp4 lasts 12 s", told["a-long.mp4"]);
        Assert.StartsWith("Refused: b-text.mov is ", told["b-text.mov"]);
        Assert.Equal(["more/e.mp4"], session.Complete("Invoke-KlingLipSync more/").Select(o => o.CompletionText));
        Assert.Equal([".hidden.mp4"], session.Complete("Invoke-KlingLipSync .h").Select(o => o.CompletionText));
        Assert.Equal(["c.mp4"], session.Complete("Invoke-KlingLipSync a-long.mp4, C").Select(o => o.CompletionText));
        Assert.Contains("c.wav", session.Complete("Get-KlingLipSyncMedia c").Select(o => o.CompletionText));
    }

    [Fact]
    public async Task A_link_is_told_by_what_it_leads_to()
    {
        Assert.SkipUnless(!OperatingSystem.IsWindows(), "Links take rights there that a test has not.");
        using var folder = new TestFolder();
        using var session = Session(folder);
        var clip = folder.Clip("c.mp4");
        File.CreateSymbolicLink(folder.At("d.mp4"), clip);
        File.CreateSymbolicLink(folder.At("e.mp4"), folder.At("nowhere.mp4"));

        await Read(session, "Invoke-KlingLipSync ");

        var told = session.Complete("Invoke-KlingLipSync ").ToDictionary(o => o.CompletionText, o => o.ToolTip);
        Assert.Equal(told["c.mp4"], told["d.mp4"]);
        Assert.StartsWith("Refused: ", told["e.mp4"]);
    }

    [Fact]
    public async Task The_sounds_that_are_called_as_the_clip_come_first()
    {
        using var folder = new TestFolder();
        using var session = Session(folder);
        folder.Clip("clips", "mia.mp4");
        foreach (var name in new[] { "abe.wav", "mia.de.mp3", "mia.wav", "zoe.mp3" })
        {
            folder.Write(name.EndsWith("wav", StringComparison.Ordinal) ? SampleMedia.Sound() : [], "clips", name);
        }

        folder.Sound("speech.wav");
        await Read(session, "Invoke-KlingLipSync -AudioPath clips/");

        Assert.Equal(["clips/mia.wav", "clips/mia.de.mp3", "speech.wav", "clips"],
            session.Complete("Invoke-KlingLipSync clips/mia.mp4 -AudioPath ").Select(o => o.CompletionText));
        Assert.Equal(["clips/mia.wav", "clips/abe.wav", "clips/mia.de.mp3", "clips/zoe.mp3"],
            session.Complete("Invoke-KlingLipSync -LiteralPath 'clips/mia.mp4' -AudioPath clips/").Select(o => o.CompletionText));
        Assert.Equal(["clips/abe.wav", "clips/mia.wav", "clips/mia.de.mp3", "clips/zoe.mp3"],
            session.Complete("Invoke-KlingLipSync -AudioPath clips/").Select(o => o.CompletionText));
        Assert.Equal(["clips/mia.wav"], session.Complete("Invoke-KlingLipSync clips/mia.mp4 -AudioPath speech.wav, clips/mia.w").Select(o => o.CompletionText));
    }

    [Theory]
    [InlineData("two words.mp4")]
    [InlineData("it's.mp4")]
    [InlineData("O‘Hara’s “take”.mp4")]
    [InlineData("cash $home `tick.mp4")]
    [InlineData("take [1].mp4")]
    [InlineData("take [a-z].mp4")]
    [InlineData("-Force.mp4")]
    [InlineData("a,b;c&d(e){f}#g@h.mp4")]
    [InlineData("@list.mp4")]
    [InlineData("#1.mp4")]
    [InlineData("日本 Ünï İ.mp4")]
    [InlineData("100%.mp4")]
    public async Task A_clip_of_an_odd_name_is_written_so_that_it_is_found(string name)
    {
        using var folder = new TestFolder();
        using var session = Session(folder);
        var clip = folder.Clip("my [new] clips", name);
        foreach (var parameter in new[] { "-Path", "-LiteralPath" })
        {
            foreach (var typed in new[] { "", "'", "\"" })
            {
                var within = Assert.Single(session.Complete($"Get-KlingLipSyncMedia {parameter} {typed}m")).CompletionText;
                var inside = within.EndsWith('\'') ? within[..^1] + "/" : within + "/";
                var offer = Assert.Single(session.Complete($"Get-KlingLipSyncMedia {parameter} {inside}"));

                Assert.Equal(name, offer.ListItemText);
                Assert.Equal(clip, (await session.RunAsync($"Get-KlingLipSyncMedia {parameter} {offer.CompletionText}")).CleanOne().Text("Path"));
            }
        }
    }

    [Fact]
    public void Folders_alone_are_offered_where_a_folder_is_meant()
    {
        using var folder = new TestFolder();
        using var session = Session(folder);
        folder.Clip("some clips", "a.mp4");
        folder.Clip("solo.mp4");
        folder.Sound("sound.wav");

        foreach (var parameter in new[] { "Invoke-KlingLipSync -Destination", "Invoke-KlingLipSync -AudioDirectory", "Save-KlingLipSyncResult -Destination", "Connect-KlingLipSync -StorePath" })
        {
            var offer = Assert.Single(session.Complete(parameter + " so"));
            Assert.Equal(("'some clips'", CompletionResultType.ProviderContainer), (offer.CompletionText, offer.ResultType));
        }
    }

    [Fact]
    public void Wildcards_that_are_typed_choose()
    {
        using var folder = new TestFolder();
        using var session = Session(folder);
        folder.Clip("anna.mp4");
        folder.Clip("hannah.mp4");
        folder.Clip("ben.mp4");

        Assert.Equal(["anna.mp4", "hannah.mp4"], session.Complete("Invoke-KlingLipSync *anna").Select(o => o.CompletionText));
        Assert.DoesNotContain(session.Complete("Invoke-KlingLipSync -LiteralPath *anna"), o => o.CompletionText == "anna.mp4");
    }

    [Fact]
    public void Another_provider_is_no_obstacle_to_a_path_that_says_where_it_is()
    {
        using var folder = new TestFolder();
        using var session = Session(folder);
        var clip = folder.Clip("a.mp4");
        session.Location = "Variable:";

        Assert.DoesNotContain(session.Complete("Invoke-KlingLipSync "), o => o.CompletionText.EndsWith(".mp4", StringComparison.Ordinal));
        Assert.Equal($"FileSystem::{clip}", Assert.Single(session.Complete($"Invoke-KlingLipSync FileSystem::{folder.Root}/")).CompletionText);
    }

    [Fact]
    public void A_large_folder_is_offered_in_part_and_what_is_typed_of_a_name_finds_it()
    {
        using var folder = new TestFolder();
        using var session = Session(folder);
        var clip = SampleMedia.Clip();
        for (var n = 0; n < 300; n++)
        {
            folder.Write(n < 150 ? clip : [], $"clip{n:000}.mp4");
        }

        Assert.Equal(50, session.Complete("Invoke-KlingLipSync ").Count);
        Assert.Equal("clip299.mp4", Assert.Single(session.Complete("Invoke-KlingLipSync clip299")).CompletionText);
    }

    [Theory]
    [InlineData("{", "'{Name}'", "anna.mp4")]
    [InlineData("'{Name}.{re", "'{Name}.{RequestId}'", null)]
    [InlineData("'take-{Name}_{D", "'take-{Name}_{Date}'", null)]
    [InlineData("take-", "'take-{Name}'", "take-anna.mp4")]
    [InlineData("", "'{Name}.lipsync'", "anna.lipsync.mp4")]
    [InlineData("\"it's {N", "'it''s {Name}'", "it's anna.mp4")]
    public void A_name_template_is_completed_at_its_placeholder_and_shown_as_the_name_it_makes(string typed, string offered, string? name)
    {
        using var session = new ModuleSession();

        foreach (var command in new[] { "Invoke-KlingLipSync -NameTemplate ", "Save-KlingLipSyncResult x -NameTemplate " })
        {
            var offers = session.Complete(command + (typed == "{" ? "'{" : typed));
            var offer = Assert.Single(offers, o => o.CompletionText == offered);
            Assert.True(name is null || name == offer.ToolTip, offer.ToolTip);
        }
    }

    [Fact]
    public async Task Nothing_that_is_typed_makes_a_completer_fail()
    {
        using var folder = new TestFolder();
        using var session = Session(folder);
        folder.Pair("a.mp4");
        folder.Text("in the way", "file");
        session["words"] = Words().ToArray();

        var run = await session.RunAsync("""
            $ErrorActionPreference = 'Stop'
            $tried = 0
            foreach ($command in Get-Command -Module KlingLipSync) {
                foreach ($parameter in $command.Parameters.Values) {
                    foreach ($attribute in $parameter.Attributes | Where-Object { $_ -is [ArgumentCompleter] -and $_.Type.Namespace -like 'KlingLipSync.*' }) {
                        $completer = $attribute.Type::new()
                        foreach ($word in $words) {
                            foreach ($bound in @{}, @{ Path = $word }, @{ LiteralPath = @($word, 3, $null) }, $null) {
                                foreach ($offer in $completer.CompleteArgument($command.Name, $parameter.Name, $word, $null, $bound)) { if (-not $offer.ToolTip) { throw "no tip for $offer" } }
                            }
                        }
                        $tried++
                    }
                }
            }
            $tried
            """);

        Assert.True((int)run.CleanOne().BaseObject > 20, "Completers were not found.");
    }

    /// <summary>Waits until all files are read in the time that Tab takes: the first time, and on a busy machine, they may not be.</summary>
    private static Task Read(ModuleSession session, string line) =>
        Until.True(() => session.Complete(line).All(o => o.ResultType != CompletionResultType.ProviderItem || o.ToolTip.Contains(" s, ") || o.ToolTip.StartsWith("Refused", StringComparison.Ordinal)), "tips for all files");

    private static ModuleSession Session(TestFolder folder) => new() { Location = folder.Root };

    private static IEnumerable<string?> Words()
    {
        const string odd = "ab./\\:~'\"`$[]*?{}(),;&|@#- \0\n\t\u2018\u201D\u65E5\uD83D\uDE00\uD800%_";
        var random = new Random(4711);
        string?[] known = [null, "", ".", "..", "/", "\\", "~", "~/", "nowhere/", "file/", "a.mp4/x", "nodrive:x", "Env:", "Env:/P", "FileSystem::", "Registry::HKLM", "//host/share", "C:\\", new string('a', 5000), "[", "*", "`"];
        return known.Concat(Enumerable.Range(0, 120).Select(_ => new string([.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => odd[random.Next(odd.Length)])])));
    }
}
