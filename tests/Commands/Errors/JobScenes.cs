using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Errors;

/// <summary>Jobs that are known, and how they end.</summary>
internal static class JobScenes
{
    private static readonly EmulatorOptions Long = EmulatorOptions.Instant with { RunTime = TimeSpan.FromMinutes(30) };
    private static readonly EmulatorOptions WithAdmin = EmulatorOptions.Instant with { AdminKeys = ["admin:admin"] };

    public static IEnumerable<ErrorScene> All =>
    [
        ErrorScene.Of("JobNotFound", "Get-KlingLipSyncJob nobody", _ => { }),
        ErrorScene.Of("JobFailed", "Invoke-KlingLipSync $clip", shell => shell["clip"] = shell.Folder.Pair("noface.mp4")),
        ErrorScene.Of("WaitTimeout", "$job | Wait-KlingLipSyncJob -Timeout 0.2", Sent) with { Options = Long },
        ErrorScene.Of("JobNotCompleted", "$job | Save-KlingLipSyncResult -Destination $out", Sent) with { Options = Long },
        ErrorScene.Of("JobStillOpen", "$job | Remove-KlingLipSyncJob", Sent) with { Options = Long },
        ErrorScene.Of("JobCancelled", "Invoke-KlingLipSync $clip", async shell =>
        {
            await Sent(shell);
            await Until.True(() => shell.Emulator.Ledger().Requests.All(r => r.State == "IN_PROGRESS"), "its start");
            (await shell.RunAsync("$job | Stop-KlingLipSyncJob | Wait-KlingLipSyncJob")).Clean();
        }) with { Options = Long },
        ErrorScene.Of("JobLost", "Invoke-KlingLipSync $clip", async shell =>
        {
            await Saved(shell);
            (await shell.RunAsync("$job | Remove-KlingLipSyncJob -Payload -ApiKey $admin")).Clean();
        }) with { Options = WithAdmin },
        ErrorScene.Of("AdminKeyRequired", "$job | Remove-KlingLipSyncJob -Payload", Saved) with { Options = WithAdmin },
        ErrorScene.Of("PayloadsNotDeleted", "$job | Remove-KlingLipSyncJob -Payload -ApiKey $admin", async shell =>
        {
            await Saved(shell);
            shell.Emulator.AddFaults(ErrorScene.Answer(EmulatorRoute.DeletePayloads, 400, """{"error":{"type":"validation_error","message":"Not now"}}"""));
        }) with { Options = WithAdmin },
    ];

    /// <summary>Accepted by fal, as <c>$job</c>, of the clip <c>$clip</c>.</summary>
    private static async Task Sent(LipSyncShell shell)
    {
        shell["clip"] = shell.Folder.Pair("one.mp4");
        (await shell.RunAsync("$job = Invoke-KlingLipSync $clip -NoWait")).Clean();
    }

    /// <summary>Saved, and <c>$admin</c> is a key that may delete it at fal.</summary>
    private static async Task Saved(LipSyncShell shell)
    {
        shell["admin"] = ModuleSession.Secure("admin:admin");
        shell["clip"] = shell.Folder.Pair("one.mp4");
        (await shell.RunAsync("$job = Invoke-KlingLipSync $clip -Destination $out")).Clean();
    }
}
