using KlingLipSync.Fal;

namespace KlingLipSync.Results;

/// <summary>Fetches results to disk.</summary>
internal sealed class ResultDownload : IDisposable
{
    public ResultDownload(FalEndpoint endpoint, TimeProvider? time = null, Func<double>? random = null)
    {
    }

    public Task<DownloadedFile> FetchAsync(Uri url, string finalPath, string uniquePartialSuffix, long? announcedSize, IProgress<long>? received, CancellationToken ct) => throw new NotImplementedException();

    public void Publish(DownloadedFile file, bool overwrite) => throw new NotImplementedException();

    public void Dispose()
    {
    }
}
