using KlingLipSync.Fal;
using KlingLipSync.Media;

namespace KlingLipSync.Remote;

/// <summary>Reads what media files on web servers say about themselves, without downloading them. Never carries the key.</summary>
/// <param name="endpoint">Decides whether a proxy is used.</param>
/// <param name="patience">The time for one request, its answer's body included; 30 s where it is not said.</param>
internal sealed class RemoteMedia(FalEndpoint endpoint, TimeSpan? patience = null) : IDisposable
{
    private readonly Lazy<HttpMessageInvoker> line = new(() => FalHttp.CreatePlain(endpoint, followRedirects: true));

    /// <summary>Reads the facts. Blocks a thread of the pool: the readers read as a file is read.</summary>
    /// <exception cref="LipSyncException">The file cannot be fetched from here.</exception>
    /// <exception cref="NotProbedException">It can be, but not in parts.</exception>
    public Task<MediaFacts> ReadAsync(Uri url, CancellationToken ct) => Task.Run(
        () =>
        {
            using var file = new RemoteFile(line.Value, url, patience ?? TimeSpan.FromSeconds(30), ct);
            return MediaReader.Read(file);
        },
        ct);

    public void Dispose()
    {
        if (line.IsValueCreated)
        {
            line.Value.Dispose();
        }
    }
}
