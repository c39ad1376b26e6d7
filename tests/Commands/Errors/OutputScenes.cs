using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Errors;

/// <summary>Destinations, names and the files that are fetched.</summary>
internal static class OutputScenes
{
    private const string Save = "Invoke-KlingLipSync $clip -Destination $out";

    public static IEnumerable<ErrorScene> All =>
    [
        ErrorScene.Of("OutputAsInput", "Invoke-KlingLipSync $renamed -AudioPath $sound", async shell =>
        {
            shell["clip"] = shell.Folder.Pair("one.mp4");
            shell["sound"] = shell.Folder.Sound("voice.wav");
            shell["renamed"] = shell.Folder.At("renamed.mp4");
            (await shell.RunAsync($"[IO.File]::Move(({Save}).OutputPath, $renamed)")).Clean();
        }),
        ErrorScene.Of("OutputCollision", "$files | Invoke-KlingLipSync -Destination $out", shell =>
            shell["files"] = Piped.Files([shell.Folder.Pair("a", "one.mp4"), shell.Folder.Pair("b", "one.mp4")])),
        Clip("OutputExists", Save, folder => folder.Text("mine", "out", "one.lipsync.mp4")),
        Clip("DestinationInvalid", Save, folder => folder.Text("a file", "out")),
        Clip("NameTemplateInvalid", $"{Save} -NameTemplate '{{Nmae}}'", _ => { }),
        Fetched("DownloadFailed", 403, "Not yours"),
        Fetched("ResultUnfit", 200, "This is a letter, not a film."),
    ];

    private static ErrorScene Clip(string id, string script, Action<TestFolder> before) => ErrorScene.Of(id, script, shell =>
    {
        shell["clip"] = shell.Folder.Pair("one.mp4");
        before(shell.Folder);
    });

    private static ErrorScene Fetched(string id, int status, string body) => ErrorScene.Of(id, Save, shell =>
    {
        shell["clip"] = shell.Folder.Pair("one.mp4");
        shell.Emulator.AddFaults(ErrorScene.Answer(EmulatorRoute.Download, status, body));
    });
}
