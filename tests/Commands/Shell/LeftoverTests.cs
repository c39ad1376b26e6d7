using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Crash;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Shell;

/// <summary>Twenty commands that are stopped, or cut short from below, leave nothing behind in the process. In a process of its own: there its counts are its own.</summary>
public sealed class LeftoverTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("Invoke-KlingLipSync -LiteralPath $clip -Destination $out")]
    [InlineData("Get-KlingLipSyncJob | Wait-KlingLipSyncJob")]
    [InlineData("Get-KlingLipSyncJob | Watch-KlingLipSyncJob")]
    public async Task Threads_and_handles_return_to_what_they_were(string script)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Open files are counted where Linux lists them.");
        await using var fal = await EmulatorServer.StartAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromHours(1) });
        await File.WriteAllBytesAsync(scratch.File("clip.mp4"), SampleMedia.Clip());
        await File.WriteAllBytesAsync(scratch.File("clip.wav"), SampleMedia.Sound());
        using var host = new HostProcess($$"""
            $env:FAL_KEY = 'demo:demo'
            $env:KLINGLIPSYNC_HOME = '{{scratch.File("store")}}'
            $env:KLINGLIPSYNC_ENDPOINT = '{{fal.Url}}'
            $clip = '{{scratch.File("clip.mp4")}}'
            $null = Invoke-KlingLipSync -LiteralPath $clip -NoWait
            $state = [Management.Automation.Runspaces.InitialSessionState]::CreateDefault2()
            $state.ImportPSModule('{{ModuleUnderTest.Manifest}}')
            $runspace = [runspacefactory]::CreateRunspace($state)
            $runspace.Open()
            $runspace.SessionStateProxy.SetVariable('clip', $clip)
            $runspace.SessionStateProxy.SetVariable('out', '{{scratch.File("out")}}')

            function Invoke-Stopped {
                $shell = [powershell]::Create($runspace)
                $work = $shell.AddScript({{Quoted(script)}}).BeginInvoke()
                [Threading.Thread]::Sleep(400)
                $shell.Stop()
                $shell.Dispose()
            }

            function Measure-Process {
                # What was stopped gives its handles back in the background; what stays after ten seconds is left.
                for ($look = 0; $look -lt 40; $look++) {
                    [GC]::Collect(); [GC]::WaitForPendingFinalizers()
                    $open = [IO.Directory]::GetFileSystemEntries('/proc/self/fd').Count
                    $threads = [Diagnostics.Process]::GetCurrentProcess().Threads.Count
                    if ($script:limit -and $open -le $script:limit[0] -and $threads -le $script:limit[1]) { break }
                    [Threading.Thread]::Sleep(250)
                }
                $open, $threads
            }

            1..5 | ForEach-Object { Invoke-Stopped }
            [Threading.Thread]::Sleep(2000)
            $before = Measure-Process
            1..20 | ForEach-Object { Invoke-Stopped }
            $script:limit = ($before[0] + 4), ($before[1] + 6)
            $after = Measure-Process
            "$before"
            "$after"
            [IO.Directory]::GetFiles('{{scratch.File("store")}}/owners').Count
            @(Get-KlingLipSyncJob -Local).Count
            """, scratch);

        var (output, errors) = await host.ReportAsync();

        Assert.Empty(errors);
        var before = output[0].Split(' ').Select(int.Parse).ToArray();
        var after = output[1].Split(' ').Select(int.Parse).ToArray();
        Assert.True(after[0] <= before[0] + 4, $"Open files: {before[0]} before, {after[0]} after.");
        Assert.True(after[1] <= before[1] + 6, $"Threads: {before[1]} before, {after[1]} after.");
        Assert.Equal(["0", "1"], output[2..]);
        Assert.Equal(1, fal.Accepted());
    }

    private static string Quoted(string script) => $"'{script.Replace("'", "''", StringComparison.Ordinal)}'";
}
