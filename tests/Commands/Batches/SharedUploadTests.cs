using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Crash;
using KlingLipSync.Tests.Commands.Session;
using Scratch = KlingLipSync.Tests.Commands.Crash.Scratch;

namespace KlingLipSync.Tests.Commands.Batches;

/// <summary>Real processes on one store that need the same bytes at one time.</summary>
public sealed class SharedUploadTests : IDisposable
{
    private const int Processes = 3;

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task A_sound_goes_up_once_and_a_killed_process_leaves_it_to_another()
    {
        await using var fal = await EmulatorServer.StartAsync(EmulatorOptions.Instant);
        var sound = SampleMedia.Sound();

        // Alone it sends its clip and then the sound, which hangs; it is killed while the others wait for that.
        using var first = Start(fal, "first", sound);
        fal.AddFaults(new Fault(EmulatorRoute.Put, FaultKind.SlowHeaders) { After = 1, Milliseconds = 600_000 });
        await ReadyAsync(1);
        await File.WriteAllTextAsync(scratch.File("go-first"), "");
        await Until.True(() => fal.Ledger().Hits(EmulatorRoute.Put) == 2, "a sound on its way");

        var others = Enumerable.Range(1, Processes).Select(n => Start(fal, $"p{n}", sound)).ToList();
        await ReadyAsync(1 + Processes);
        foreach (var n in Enumerable.Range(1, Processes))
        {
            await File.WriteAllTextAsync(scratch.File($"go-p{n}"), "");
        }

        // All have sent their clips and stand before the sound.
        await Until.True(() => fal.Ledger().Hits(EmulatorRoute.Put) == 2 + Processes, "all clips");
        first.Kill();
        await first.ExitCodeAsync();
        var reports = await Task.WhenAll(others.Select(o => o.ReportAsync()));
        others.ForEach(o => o.Dispose());

        Assert.All(reports, r => Assert.Equal(["Saved"], r.Output));
        Assert.All(reports, r => Assert.Empty(r.Errors));
        var ledger = fal.Ledger();
        Assert.Equal(Processes, ledger.Requests.Count);

        // The killed one's sound, whose bytes had arrived, and one for all the others.
        var sounds = ledger.Uploads.Where(u => u.ContentType == "audio/wav").ToList();
        Assert.Equal(2, sounds.Count);
        Assert.All(ledger.Requests, r => Assert.Equal(sounds[1].Url, r.Input.GetProperty("audio_url").GetString()));
    }

    private HostProcess Start(EmulatorServer fal, string name, byte[] sound)
    {
        var folder = Directory.CreateDirectory(scratch.File(name)).FullName;
        File.WriteAllBytes(Path.Combine(folder, "clip.mp4"), SampleMedia.Clip());
        File.WriteAllBytes(Path.Combine(folder, "clip.wav"), sound);
        return new HostProcess($$"""
            $env:FAL_KEY = 'demo:demo'
            $env:KLINGLIPSYNC_HOME = '{{scratch.File("store")}}'
            $env:KLINGLIPSYNC_ENDPOINT = '{{fal.Url}}'
            [IO.File]::WriteAllText('{{scratch.File("ready-" + name)}}', '')
            while (-not [IO.File]::Exists('{{scratch.File("go-" + name)}}')) { [Threading.Thread]::Sleep(5) }
            Invoke-KlingLipSync '{{folder}}/*.mp4' -Destination '{{scratch.File("out-" + name)}}' | ForEach-Object { $_.State }
            """, scratch);
    }

    private async Task ReadyAsync(int count)
    {
        // One after the other, each with its own patience: a busy machine starts processes slowly.
        for (var ready = 1; ready <= count; ready++)
        {
            await Until.True(() => Directory.GetFiles(scratch.Path, "ready-*").Length >= ready, $"{ready} processes ready");
        }
    }
}
