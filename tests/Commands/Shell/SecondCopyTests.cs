using System.Diagnostics;
using System.Reflection.PortableExecutable;
using System.Text;
using KlingLipSync.Tests.Commands.Crash;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Shell;

/// <summary>Two copies of the module in one process. In a process of its own: what is loaded stays loaded.</summary>
public sealed class SecondCopyTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("another version", "9.9.9")]
    [InlineData("another version by its manifest alone", "9.9.9")]
    [InlineData("the same version from elsewhere", null)]
    public async Task Another_copy_is_refused_with_one_clear_error_and_the_first_one_goes_on(string what, string? version)
    {
        var second = Copy("second");
        if (version is not null)
        {
            Rewrite(Path.Combine(second, "KlingLipSync.psd1"), ModuleVersion, version);
        }

        if (what == "another version")
        {
            Rewrite(Path.Combine(second, "KlingLipSync.Loader.dll"), $"KlingLipSync.Loader.{ModuleVersion}", $"KlingLipSync.Loader.{version}");
        }

        var output = await RunAsync($$"""
            Import-Module '{{ModuleUnderTest.Manifest}}'
            $Error.Clear()
            try { Import-Module '{{second}}/KlingLipSync.psd1' -ErrorAction Stop } catch { $told = $_ }
            $Error.Count
            $told.FullyQualifiedErrorId
            $told.CategoryInfo.Category
            "$told"
            $told.ErrorDetails.RecommendedAction
            $told.TargetObject
            Get-Module -All | Where-Object Path -Like '*KlingLipSync*' | ForEach-Object { [IO.Path]::GetDirectoryName($_.Path) }
            @(Get-KlingLipSyncJob -Local).Count
            Import-Module '{{ModuleUnderTest.Manifest}}' -Force
            @(Get-Command -Module KlingLipSync).Count
            """);

        Assert.Equal(
            [
                "1", "AnotherCopyLoaded,Microsoft.PowerShell.Commands.ImportModuleCommand", "ResourceExists",
                $"This session has loaded KlingLipSync from '{ModuleUnderTest.Folder}' and keeps it: the copy in '{second}' was not imported.",
                "Start a new session and import the copy that you mean there. The first one goes on working here.", second,
            ],
            output[..6]);
        Assert.Equal([ModuleUnderTest.Folder], output[6..^2].Distinct());
        Assert.Equal(["0", $"{Package.ManifestTests.Commands.Length}"], output[^2..]);
    }

    [Fact]
    public async Task The_same_copy_by_another_path_is_no_other_copy()
    {
        var link = scratch.File("link");
        Directory.CreateSymbolicLink(link, Path.GetDirectoryName(ModuleUnderTest.Folder)!);

        var output = await RunAsync($$"""
            Import-Module '{{ModuleUnderTest.Manifest}}'
            Import-Module '{{link}}/KlingLipSync/KlingLipSync.psd1' -ErrorAction Stop
            Import-Module '{{link}}/KlingLipSync' -Force -ErrorAction Stop
            @(Get-KlingLipSyncJob -Local).Count
            """);

        Assert.Equal(["0"], output);
    }

    [Fact]
    public async Task A_copy_in_a_folder_with_spaces_and_brackets_works_as_the_first_one()
    {
        var copy = Copy("my modules [1]");

        var output = await RunAsync($$"""
            Import-Module ([WildcardPattern]::Escape('{{copy}}/KlingLipSync.psd1')) -ErrorAction Stop
            @(Get-Command -Module KlingLipSync).Count
            @(Get-KlingLipSyncJob -Local).Count
            """);

        Assert.Equal([$"{Package.ManifestTests.Commands.Length}", "0"], output);
        Assert.True(File.Exists(Path.Combine(scratch.File("store"), "store.db")));
    }

    [Fact]
    public async Task A_module_that_was_removed_comes_back()
    {
        var output = await RunAsync($$"""
            Import-Module '{{ModuleUnderTest.Manifest}}'
            Remove-Module KlingLipSync
            @(Get-Command -Module KlingLipSync).Count
            Import-Module '{{ModuleUnderTest.Manifest}}' -ErrorAction Stop
            @(Get-KlingLipSyncJob -Local).Count
            """);

        Assert.Equal(["0", "0"], output);
    }

    /// <summary>Two builds of one version are told apart by where they lie, which only the first one's loader can do: it has to be taken for theirs.</summary>
    [Fact]
    public void The_loader_says_nothing_of_who_built_it_and_when()
    {
        var file = Path.Combine(ModuleUnderTest.Folder, "KlingLipSync.Loader.dll");

        Assert.Equal(ModuleVersion, FileVersionInfo.GetVersionInfo(file).ProductVersion);
        using var image = new PEReader(File.OpenRead(file));
        Assert.Equal([DebugDirectoryEntryType.Reproducible], image.ReadDebugDirectory().Select(e => e.Type));
    }

    private static string ModuleVersion { get; } =
        System.Text.RegularExpressions.Regex.Match(File.ReadAllText(ModuleUnderTest.Manifest), @"ModuleVersion\s*=\s*'([\d.]+)'").Groups[1].Value;

    private async Task<string[]> RunAsync(string script)
    {
        using var host = new HostProcess($"$env:KLINGLIPSYNC_HOME = '{scratch.File("store")}'\n{script}", scratch, withoutModule: true);
        return (await host.ReportAsync()).Output;
    }

    private string Copy(string name)
    {
        var copy = Path.Combine(scratch.File(name), "KlingLipSync");
        foreach (var file in Directory.EnumerateFiles(ModuleUnderTest.Folder, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy, Path.GetRelativePath(ModuleUnderTest.Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        return copy;
    }

    /// <summary>A build of another version, as far as the runtime tells them apart: by the assembly's name. Nothing is longer or shorter than before.</summary>
    private static void Rewrite(string file, string old, string now)
    {
        Assert.Equal(old.Length, now.Length);
        var text = Encoding.Latin1.GetString(File.ReadAllBytes(file));
        Assert.Contains(old, text);
        File.WriteAllBytes(file, Encoding.Latin1.GetBytes(text.Replace(old, now, StringComparison.Ordinal)));
    }
}
