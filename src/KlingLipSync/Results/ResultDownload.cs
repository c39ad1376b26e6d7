using KlingLipSync.Fal;

namespace KlingLipSync.Results;

/// <summary>Fetches results to disk, without the key, going on where a connection broke.</summary>
/// <remarks>Faults of the local disk pass as they come: <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.</remarks>
internal sealed class ResultDownload : IDisposable
{
    private readonly FalEndpoint endpoint;
    private readonly TimeProvider time;
    private readonly FalExchange plain;
    private readonly FalRetries retries;

    public ResultDownload(FalEndpoint endpoint, TimeProvider? time = null, Func<double>? random = null)
    {
        this.endpoint = endpoint;
        this.time = time ?? TimeProvider.System;
        plain = new FalExchange(FalHttp.CreatePlain(endpoint, followRedirects: true), credential: null, this.time);
        retries = new FalRetries(this.time, random);
    }

    /// <summary>Fetches a result beside its final place, verifies it and flushes it; <see cref="Publish"/> gives it its name.</summary>
    /// <param name="url">The result's URL.</param>
    /// <param name="finalPath">Where it will belong. The folder exists.</param>
    /// <param name="uniquePartialSuffix">What no other download into the folder has, such as the job's id.</param>
    /// <param name="announcedSize">The size fal announced with the result.</param>
    /// <param name="received">Told how many bytes are on disk; may step back where a download starts again.</param>
    /// <param name="ct">The caller's token.</param>
    /// <exception cref="FalException">The file cannot be had, or is no video, or not whole.</exception>
    public async Task<DownloadedFile> FetchAsync(
        Uri url,
        string finalPath,
        string uniquePartialSuffix,
        long? announcedSize,
        IProgress<long>? received,
        CancellationToken ct)
    {
        if (!endpoint.IsMediaUrl(url))
            throw FalFailures.ForeignUrl(FalRoute.WholeDownload, "result's URL", url);

        var partialPath = $"{finalPath}.{uniquePartialSuffix}.partial";
        try
        {
            return await retries.RunAsync(
                FalRoute.WholeDownload,
                token => FetchWholeAsync(url, partialPath, finalPath, announcedSize, received, token),
                ct).ConfigureAwait(false);
        }
        catch
        {
            Discard(partialPath);
            throw;
        }
    }

    /// <summary>Gives a fetched file its final name, in one step that is either done or not.</summary>
    /// <param name="file">The fetched file.</param>
    /// <param name="overwrite">Whether it may take the place of another.</param>
    /// <exception cref="IOException">A file with that name exists, and it must not be overwritten.</exception>
    public void Publish(DownloadedFile file, bool overwrite)
    {
        File.Move(file.PartialPath, file.FinalPath, overwrite);
        FolderFlush.Flush(Path.GetDirectoryName(Path.GetFullPath(file.FinalPath)));
    }

    public void Dispose() => plain.Dispose();

    private async Task<DownloadedFile> FetchWholeAsync(
        Uri url,
        string partialPath,
        string finalPath,
        long? announcedSize,
        IProgress<long>? received,
        CancellationToken ct)
    {
        using var partial = new PartialFile(partialPath);
        var transfer = new ResultTransfer(url, partial, announcedSize, plain, time, received);
        await retries.RunAsync(FalRoute.Download, transfer.ContinueAsync, ct).ConfigureAwait(false);
        return new DownloadedFile(partialPath, finalPath, partial.Length, partial.Close());
    }

    private static void Discard(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // What made the download fail is worth more than this; the next one overwrites the file.
        }
    }
}
