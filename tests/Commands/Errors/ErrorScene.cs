using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Errors;

/// <summary>A script and its surroundings in which one error of the catalogue happens.</summary>
/// <param name="Id">The error.</param>
/// <param name="PlayAsync">Plays it in a session connected to an emulator, with a store and a folder of its own.</param>
internal sealed record ErrorScene(string Id, Func<LipSyncShell, Task<SeenError>> PlayAsync)
{
    /// <summary>How its emulator behaves.</summary>
    public EmulatorOptions Options { get; init; } = EmulatorOptions.Instant;

    /// <summary>A scene that ends with a script.</summary>
    public static ErrorScene Of(string id, string script, Func<LipSyncShell, Task>? before = null) => new(id, async shell =>
    {
        if (before is not null)
        {
            await before(shell);
        }

        return SeenError.In(await shell.RunAsync(script), id);
    });

    /// <summary>The same where the surroundings are made at once.</summary>
    public static ErrorScene Of(string id, string script, Action<LipSyncShell> before) => Of(id, script, shell =>
    {
        before(shell);
        return Task.CompletedTask;
    });

    /// <summary>The next requests of a route are answered so, without end.</summary>
    public static Fault Answer(EmulatorRoute route, int status, string body) => new(route, FaultKind.Status) { Status = status, Body = body, Times = 0 };
}
