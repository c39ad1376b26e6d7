namespace KlingLipSync.Emulator.Http;

/// <summary>The lifetime of a server that somebody else starts and stops: it listens to no signal.</summary>
internal sealed class EmbeddedLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
