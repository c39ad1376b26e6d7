using System.Diagnostics;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Crash;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Import;

/// <summary>Another module's version of a library, loaded first, does ours no harm. In a process of its own: what is loaded stays loaded.</summary>
public sealed class IsolationTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task A_job_runs_on_our_own_Polly_when_another_one_was_there_first()
    {
        await using var fal = await EmulatorServer.StartAsync(EmulatorOptions.Instant);
        await File.WriteAllBytesAsync(scratch.File("clip.mp4"), SampleMedia.Clip());
        await File.WriteAllBytesAsync(scratch.File("clip.wav"), SampleMedia.Sound());
        using var host = new HostProcess($$"""
            $contexts = [System.Runtime.Loader.AssemblyLoadContext]
            $null = $contexts::Default.LoadFromAssemblyPath('{{ModuleUnderTest.OtherPolly}}').GetTypes()
            Import-Module '{{ModuleUnderTest.Manifest}}' -ErrorAction Stop
            $env:FAL_KEY = 'demo:demo'
            $env:KLINGLIPSYNC_HOME = '{{scratch.File("store")}}'
            Invoke-KlingLipSync -LiteralPath '{{scratch.File("clip.mp4")}}' -Endpoint '{{fal.Url}}' -Destination '{{scratch.File("out")}}' | ForEach-Object { $_.State }
            $contexts::All | ForEach-Object { $name = $_.Name; $_.Assemblies } |
                Where-Object { $_.GetName().Name -in 'Polly.Core', 'Microsoft.Data.Sqlite' } | ForEach-Object { "$name $($_.Location)" }
            """, scratch, withoutModule: true);

        var (output, errors) = await host.ReportAsync();

        Assert.Empty(errors);
        Assert.Equal("Saved", output[0]);
        Assert.Equal(
            [
                $"Default {ModuleUnderTest.OtherPolly}",
                $"KlingLipSync {Path.Combine(ModuleUnderTest.Folder, "deps", "Microsoft.Data.Sqlite.dll")}",
                $"KlingLipSync {Path.Combine(ModuleUnderTest.Folder, "deps", "Polly.Core.dll")}",
            ],
            output[1..].Order(StringComparer.Ordinal));
        Assert.NotEqual(Version(ModuleUnderTest.OtherPolly), Version(Path.Combine(ModuleUnderTest.Folder, "deps", "Polly.Core.dll")));
    }

    private static string? Version(string path) => FileVersionInfo.GetVersionInfo(path).FileVersion;
}
