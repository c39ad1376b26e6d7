using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Errors;

/// <summary>Clips, sounds, URLs and rows.</summary>
internal static class InputScenes
{
    private const string Send = "Invoke-KlingLipSync $clip -AudioPath $sound", SendRow = "$row | Invoke-KlingLipSync";

    public static IEnumerable<ErrorScene> All =>
    [
        Clip("FileNotFound", folder => folder.At("nobody.mp4")),
        Clip("FileEmpty", folder => folder.Text("", "one.mp4")),
        Clip("FileUnreadable", folder => Directory.CreateDirectory(folder.At("one.mp4")).FullName),
        Clip("MediaUnfit", folder => folder.Text("This is a letter, not a film.", "one.mp4")),
        ErrorScene.Of("FileChanged", Send, ChangeAsync),
        Row("UrlInvalid", folder => [("VideoUrl", "ftp://example.com/one.mp4"), ("AudioPath", folder.Sound("one.wav"))]),
        ErrorScene.Of("UrlUnreadable", "Measure-KlingLipSyncCost -VideoUrl ($endpoint + 'nobody.mp4') -Probe", _ => { }),
        Row("RowIncomplete", folder => [("VideoPath", ""), ("AudioPath", folder.Sound("one.wav"))]),
        Row("RowAmbiguous", folder => [("VideoPath", folder.Pair("one.mp4")), ("VideoUrl", "https://example.com/one.mp4")]),
        Row("PartnerMissing", folder => [("VideoPath", folder.Clip("one.mp4"))]),
        Row("PartnerAmbiguous", folder =>
        {
            folder.Sound("one.mp3");
            return [("VideoPath", folder.Pair("one.mp4"))];
        }),
        ErrorScene.Of("ReportRefused", "Get-KlingLipSyncMedia $clip | Invoke-KlingLipSync", shell => shell["clip"] = shell.Folder.Text("", "one.mp4")),
    ];

    private static ErrorScene Clip(string id, Func<TestFolder, string> clip) => ErrorScene.Of(id, Send, shell =>
    {
        shell["clip"] = clip(shell.Folder);
        shell["sound"] = shell.Folder.Sound("voice.wav");
    });

    private static ErrorScene Row(string id, Func<TestFolder, (string Column, string? Cell)[]> cells) =>
        ErrorScene.Of(id, SendRow, shell => shell["row"] = Piped.Row(cells(shell.Folder)));

    /// <summary>A file that an earlier run hashed, with other bytes of the same length and time since.</summary>
    private static async Task ChangeAsync(LipSyncShell shell)
    {
        var clip = shell.Folder.Clip("one.mp4");
        (shell["clip"], shell["sound"]) = (clip, shell.Folder.Sound("voice.wav"));
        var refusal = ErrorScene.Answer(EmulatorRoute.Put, 413, """{"detail":"Too large"}""");
        shell.Emulator.AddFaults(refusal);
        SeenError.In(await shell.RunAsync(Send), "UploadFailed");
        shell.Emulator.ClearFaults();

        var (bytes, time) = (File.ReadAllBytes(clip), File.GetLastWriteTimeUtc(clip));
        bytes[^1]++;
        File.WriteAllBytes(clip, bytes);
        File.SetLastWriteTimeUtc(clip, time);
    }
}
