using KlingLipSync.Emulator;

namespace KlingLipSync.Tests.Commands.Session;

/// <summary>A session connected to an emulator of its own, with a store and a folder of its own.</summary>
internal sealed class LipSyncShell : IAsyncDisposable
{
    private readonly List<ModuleSession> sessions = [];

    private LipSyncShell(EmulatorServer emulator) => Emulator = emulator;

    public EmulatorServer Emulator { get; }

    public TestFolder Folder { get; } = new();

    public ModuleSession Session => sessions[0];

    public static async Task<LipSyncShell> OpenAsync(EmulatorOptions? options = null)
    {
        var shell = new LipSyncShell(await EmulatorServer.StartAsync(options ?? EmulatorOptions.Instant));
        await shell.ReopenAsync();
        return shell;
    }

    /// <summary>One more session over the same emulator and the same store, as a new window is.</summary>
    public async Task<ModuleSession> ReopenAsync()
    {
        var session = new ModuleSession();
        sessions.Add(session);
        await session.ConnectAsync(Emulator.Url, Folder.Store);
        session["out"] = Folder.Out;
        return session;
    }

    public object? this[string variable]
    {
        set => Session[variable] = value;
    }

    public RunningCommand Begin(string script) => Session.Begin(script);

    public Task<CommandRun> RunAsync(string script) => Session.RunAsync(script);

    /// <summary>Waits until no run is at work any more, in the background neither.</summary>
    public Task IdleAsync() =>
        Until.True(() => !Directory.EnumerateFiles(Path.Combine(Folder.Store, "owners")).Any(), "the end of all runs");

    public async ValueTask DisposeAsync()
    {
        foreach (var session in sessions)
        {
            session.Dispose();
        }

        await Emulator.DisposeAsync();
        Folder.Dispose();
    }
}
