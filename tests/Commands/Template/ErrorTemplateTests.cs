using System.Management.Automation;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Template;

/// <summary>A template: what the test of an error shows. Copy it and make yours happen.</summary>
public sealed class ErrorTemplateTests
{
    private const string Bad = "$missing, $clip | Invoke-KlingLipSync -Destination $out";

    /// <summary>It happens by itself: no stub throws it. Its target is what the user put in, and the good input beside it goes on.</summary>
    [Fact]
    public async Task It_is_about_one_input_says_what_to_do_and_costs_nothing()
    {
        await using var shell = await Scene();

        var run = await shell.RunAsync(Bad);

        var error = run.OneError("FileNotFound", ErrorCategory.ObjectNotFound);
        Assert.Contains("none.mp4", error.Exception.Message);
        Assert.Contains("Check the path", error.ErrorDetails.RecommendedAction);
        Assert.EndsWith("none.mp4", error.Target().Text("VideoPath"));
        Assert.Equal("Saved", Assert.Single(run.Output).State());
        Assert.Equal(1, shell.Emulator.Accepted());
    }

    /// <summary>What scripts branch by.</summary>
    [Theory]
    [InlineData(Bad + " -ErrorAction SilentlyContinue -ErrorVariable seen | Out-Null; $seen.Count", "1")]
    [InlineData(Bad + " -ErrorAction Ignore | Out-Null; 'went on'", "went on")]
    [InlineData("try { " + Bad + " -ErrorAction Stop } catch { $_.FullyQualifiedErrorId.Split(',')[0] }", "FileNotFound")]
    public async Task It_obeys_ErrorAction(string script, string told)
    {
        await using var shell = await Scene();

        var run = await shell.RunAsync(script);

        Assert.Equal(told, Assert.Single(run.Output).ToString());
    }

    private static async Task<LipSyncShell> Scene()
    {
        var shell = await LipSyncShell.OpenAsync();
        (shell["clip"], shell["missing"]) = (shell.Folder.Pair("one.mp4"), shell.Folder.At("none.mp4"));
        return shell;
    }
}
