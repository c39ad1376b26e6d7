using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Secrets;

/// <summary>A session behind a leaky gateway: jobs in every state, keys in every form, and URLs with signatures of the user's own.</summary>
internal sealed class FloodScene : IAsyncDisposable
{
    private readonly EmulatorServer emulator;
    private readonly List<object?> roots = [];

    private FloodScene(EmulatorServer emulator)
    {
        this.emulator = emulator;
        Gateway = new LeakyGateway(emulator.Url);
    }

    public LeakyGateway Gateway { get; }

    public TestFolder Folder { get; } = new();

    public ModuleSession Session { get; } = new();

    public static async Task<FloodScene> OpenAsync()
    {
        var scene = new FloodScene(await EmulatorServer.StartAsync(EmulatorOptions.Instant with { Keys = [Planted.Key], RunTime = TimeSpan.FromMilliseconds(100) }));
        await scene.Session.ConnectAsync(scene.Gateway.Url, scene.Folder.Store, Planted.Key);
        var (folder, session) = (scene.Folder, scene.Session);
        session["plain"] = Planted.Key;
        session["half"] = ModuleSession.Secure(Planted.Secret);
        session["out"] = folder.Out;
        session["again"] = folder.At("again");
        session["files"] = Piped.Files([folder.Pair("good.mp4"), folder.Pair("noface.mp4"), folder.Clip("alone.mp4"), folder.Text("no film", "bad.mp4")]);
        session["late"] = Piped.Files(folder.Pairs(2, "late"));
        session["fresh"] = Piped.Files(folder.Pairs(2, "fresh"));
        session["clipUrl"] = $"http://127.0.0.1:1/noface.mp4?sig={Planted.InputToken}";
        session["soundUrl"] = $"http://127.0.0.1:1/a.mp3?sig={Planted.InputToken}";
        session["damaged"] = folder.At("damaged");
        folder.Text("no database at all, " + new string('x', 4096), "damaged", "store.db");
        return scene;
    }

    /// <summary>Jobs that are saved, failed, and paid for but not collected.</summary>
    public Task FillAsync() => RunAsync("""
        $files | Invoke-KlingLipSync -Destination $out
        $sent = @($late | Invoke-KlingLipSync -NoWait)
        $sent[0] | Wait-KlingLipSyncJob
        """);

    /// <summary>Runs a script with everything switched on, and keeps all that it gave.</summary>
    public async Task<CommandRun> RunAsync(string script)
    {
        var run = await Session.RunAsync($$"""
            $VerbosePreference = $DebugPreference = $InformationPreference = $WarningPreference = 'Continue'
            $PSDefaultParameterValues = @{
                # -Debug alone would have every warning ask.
                '*-KlingLipSync*:WarningAction' = 'Continue'; '*-KlingLipSync*:Verbose' = $true; '*-KlingLipSync*:Debug' = $true; '*-KlingLipSync*:InformationAction' = 'Continue'
                '*-KlingLipSync*:ErrorVariable' = '+keptErrors'; '*-KlingLipSync*:WarningVariable' = '+keptWarnings'
                '*-KlingLipSync*:InformationVariable' = '+keptInformation'; '*-KlingLipSync*:OutVariable' = '+keptOutput'
            }
            {{script}}
            """);
        Assert.DoesNotContain(run.Errors, e => e.ToString().Contains("Nobody is there", StringComparison.Ordinal));
        roots.AddRange([run.Output, run.Errors, run.Information, run.Progress, run.Warnings, run.Verbose, run.Debug, run.Shown, run.Thrown, Session["Error"],
            Session["keptErrors"], Session["keptWarnings"], Session["keptInformation"], Session["keptOutput"]]);
        return run;
    }

    /// <summary>All texts that can be read off what the runs gave so far.</summary>
    public IReadOnlyList<string> Texts() => ReachableText.Of(roots);

    public async ValueTask DisposeAsync()
    {
        Session.Dispose();
        await Gateway.DisposeAsync();
        await emulator.DisposeAsync();
        Folder.Dispose();
    }
}
