using KlingLipSync.Fal;
using KlingLipSync.Media;

namespace KlingLipSync.Remote;

/// <summary>Reads what media files on web servers say about themselves, without downloading them. Never carries the key.</summary>
internal sealed class RemoteMedia(FalEndpoint endpoint) : IDisposable
{
    private readonly Lazy<HttpMessageInvoker> line = new(() => FalHttp.CreatePlain(endpoint, followRedirects: true));

    /// <summary>Reads the facts. Blocks a thread of the pool: the readers read as a file is read.</summary>
    /// <exception cref="LipSyncException">The file cannot be fetched from here.</exception>
    /// <exception cref="NotProbedException">It can be, but not in parts.</exception>
    public Task<MediaFacts> ReadAsync(Uri url, CancellationToken ct) => Task.Run(
        () =>
        {
            using var file = new RemoteFile(line.Value, url, ct);
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
