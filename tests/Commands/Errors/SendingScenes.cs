using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Errors;

/// <summary>The uploads and the one request that costs.</summary>
internal static class SendingScenes
{
    private const string Send = "Invoke-KlingLipSync $clip -Destination $out";

    public static IEnumerable<ErrorScene> All =>
    [
        Faulty("UploadFailed", ErrorScene.Answer(EmulatorRoute.Put, 413, """{"detail":"Too large"}""")),
        Faulty("SubmitRefused", ErrorScene.Answer(EmulatorRoute.Submit, 422, """{"detail":"Not this one"}""")),
        Faulty("SubmitUnconfirmed", new Fault(EmulatorRoute.Submit, FaultKind.ResetBeforeAccept)),

        // Between its intent and its sending the job is taken from the run.
        AtBoundary("SubmitHeldBack", "IntentWritten", store => StoreReading.Run(store, "UPDATE jobs SET owner = NULL")),

        // From fal's acceptance on, the store takes nothing about the request; it is tried for some twenty seconds.
        AtBoundary("ReceiptNotWritten", "PostAccepted", store =>
            StoreReading.Run(store, "CREATE TRIGGER worn_out BEFORE UPDATE ON attempts BEGIN SELECT RAISE(ABORT, 'worn out'); END")),
        AtBoundary("Unexpected", "BeforeRename", _ => throw new InvalidTimeZoneException("Nobody thought of this.")),
        ErrorScene.Of("InputsUnsettled", "$row | Invoke-KlingLipSync -Key b", async shell =>
        {
            // Two pairs by their keys, and one by their URLs: the first one's request got lost.
            shell["row"] = Piped.Row(("VideoUrl", "http://127.0.0.1/one.mp4"), ("AudioUrl", "http://127.0.0.1/one.wav"));
            shell.Emulator.AddFaults(new Fault(EmulatorRoute.Submit, FaultKind.ResetBeforeAccept));
            SeenError.In(await shell.RunAsync("$row | Invoke-KlingLipSync -Key a"), "SubmitUnconfirmed");
        }),
    ];

    private static ErrorScene Faulty(string id, Fault fault) => ErrorScene.Of(id, Send, shell =>
    {
        shell["clip"] = shell.Folder.Pair("one.mp4");
        shell.Emulator.AddFaults(fault);
    });

    private static ErrorScene AtBoundary(string id, string boundary, Action<string> then) => new(id, async shell =>
    {
        shell["clip"] = shell.Folder.Pair("one.mp4");
        using var watch = new BoundaryWatch(shell.Folder.Store, boundary, () => then(shell.Folder.Store));
        return SeenError.In(await shell.RunAsync(Send), id);
    });
}
