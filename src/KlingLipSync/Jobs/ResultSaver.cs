using KlingLipSync.Fal;
using KlingLipSync.Jobs.Store;
using KlingLipSync.Results;

namespace KlingLipSync.Jobs;

/// <summary>Brings a completed job's file to its place: looks whether it is there, copies it from another place, or downloads it.</summary>
internal sealed class ResultSaver(LipSyncSession session)
{
    private const int MostLooks = 3;
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(5);

    /// <summary>Saves a job that this run owns.</summary>
    /// <param name="job">The job, completed or saved elsewhere.</param>
    /// <param name="path">The full path of the file; its folder exists.</param>
    /// <param name="overwrite">Whether a file in the way is overwritten.</param>
    /// <param name="received">Bytes received so far.</param>
    /// <param name="ct">Stops the download; nothing of it stays.</param>
    /// <returns>The job, <see cref="LipSyncJob.OutputPath"/> naming this file.</returns>
    /// <exception cref="LipSyncException">The file exists and is not ours, the download failed, the result is gone or no video.</exception>
    public async Task<LipSyncJob> SaveAsync(LipSyncJob job, string path, bool overwrite, IProgress<long>? received, CancellationToken ct)
    {
        if (await IsInPlaceAsync(job, path, ct).ConfigureAwait(false))
        {
            return session.Store.WriteSaved(job.Id, path);
        }

        if (!overwrite && File.Exists(path))
        {
            throw new LipSyncException(LipSyncError.OutputExists, $"'{path}' exists already and is not the file of job {job.Id}.");
        }

        DownloadedFile? file = null;
        try
        {
            file = await CopyAsync(job, path, ct).ConfigureAwait(false) ?? await FetchAsync(job, path, received, ct).ConfigureAwait(false);

            // Recorded first: a crash between the rename and the next line is then seen as a saved file, not as a stranger's.
            session.Store.WriteOutput(job.Id, new Output(path, job.RequestId!, file.Bytes, file.Sha256), overwrite || !File.Exists(path));
            Boundaries.BeforeRename(job.Id);
            session.Download.Publish(file, overwrite);
            RememberHash(path, file.Sha256);
            return session.Store.WriteSaved(job.Id, path);
        }
        catch (Exception e)
        {
            // Nothing half done stays beside the files; what was published already has no partial name any more.
            Discard(file?.PartialPath ?? PartialOf(path, job));
            throw e is IOException or UnauthorizedAccessException
                ? new LipSyncException(LipSyncError.DownloadFailed, $"'{path}' cannot be written: {e.Message}", e)
                : e;
        }
    }

    /// <summary>Whether the file at the path is this job's, whole.</summary>
    private async Task<bool> IsInPlaceAsync(LipSyncJob job, string path, CancellationToken ct) =>
        session.Store.OutputAt(path) is { } output && await IsInPlaceAsync(job, output, ct).ConfigureAwait(false);

    /// <summary>The same, and that it is recorded as saved: nothing is left to be done.</summary>
    public async Task<bool> IsSavedAsync(LipSyncJob job, string path, CancellationToken ct) =>
        session.Store.OutputAt(path) is { IsSaved: true } output && await IsInPlaceAsync(job, output, ct).ConfigureAwait(false);

    private async Task<bool> IsInPlaceAsync(LipSyncJob job, Output output, CancellationToken ct) =>
        output.JobId == job.Id && output.RequestId == job.RequestId && await IsWholeAsync(output, ct).ConfigureAwait(false);

    /// <summary>A lost job whose file is back in any of its places is saved after all; null when it is not.</summary>
    public async Task<LipSyncJob?> RegainAsync(LipSyncJob job, CancellationToken ct)
    {
        foreach (var output in session.Store.OutputsOf(job.Id).Where(o => o.IsSaved && o.RequestId == job.RequestId))
        {
            if (await IsReadableAsync(output, ct).ConfigureAwait(false))
            {
                return session.Store.WriteRegained(job.Id, job.Attempt);
            }
        }

        return null;
    }

    private async Task<bool> IsWholeAsync(Output output, CancellationToken ct)
    {
        var file = FileEntry.Of(output.Path);
        return file.Exists && file.Length == output.Bytes
            && await new FileHasher(session.Store).HashAsync(output.Path, ct).ConfigureAwait(false) == output.Sha256;
    }

    /// <summary>The same for a copy elsewhere: one that cannot be read is one that is not there.</summary>
    private async Task<bool> IsReadableAsync(Output output, CancellationToken ct)
    {
        try
        {
            return await IsWholeAsync(output, ct).ConfigureAwait(false);
        }
        catch (LipSyncException)
        {
            return false;
        }
    }

    private async Task<DownloadedFile?> CopyAsync(LipSyncJob job, string path, CancellationToken ct)
    {
        foreach (var other in session.Store.OutputsOf(job.Id))
        {
            if (other.Path == path || other.RequestId != job.RequestId || !await IsReadableAsync(other, ct).ConfigureAwait(false))
            {
                continue;
            }

            var partial = PartialOf(path, job);
            using (var source = new FileStream(other.Path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.Asynchronous))
            using (var copy = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None, 1, FileOptions.Asynchronous))
            {
                await source.CopyToAsync(copy, ct).ConfigureAwait(false);
                copy.Flush(flushToDisk: true);
            }

            return new DownloadedFile(partial, path, other.Bytes, other.Sha256);
        }

        return null;
    }

    private async Task<DownloadedFile> FetchAsync(LipSyncJob job, string path, IProgress<long>? received, CancellationToken ct)
    {
        if (!Uri.TryCreate(job.ResultUrl, UriKind.Absolute, out var url) || !session.Endpoint.IsMediaUrl(url))
        {
            throw new LipSyncException(LipSyncError.DownloadFailed,
                $"The result of job {job.Id} lies on a host that is not fal's: {FalRedaction.Address(new Uri(job.ResultUrl ?? "about:blank"))}. It was not fetched.");
        }

        for (var (looks, asked) = (1, false); ; looks++)
        {
            try
            {
                return await session.Download.FetchAsync(url, path, job.Id, job.ResultBytes, received, ct).ConfigureAwait(false);
            }
            catch (FalException e) when (e.Kind == FalFailureKind.NotFound && looks < MostLooks)
            {
                await Task.Delay(LookAgain, session.Time, ct).ConfigureAwait(false);
            }
            catch (FalException e) when (e.Kind == FalFailureKind.NotFound)
            {
                if (!asked && await UrlInHistoryAsync(job, url, ct).ConfigureAwait(false) is { } other)
                {
                    (url, asked, looks) = (other, true, 0);
                    continue;
                }

                throw Gone(job, e);
            }
        }
    }

    /// <summary>Another URL of the result, where fal's history names one.</summary>
    private async Task<Uri?> UrlInHistoryAsync(LipSyncJob job, Uri dead, CancellationToken ct)
    {
        try
        {
            return session.CanAsk(job) && await session.FindInHistoryAsync(job, ct).ConfigureAwait(false) is { Result.VideoUrl: { } url }
                && url != dead && session.Endpoint.IsMediaUrl(url) ? url : null;
        }
        catch (FalException)
        {
            return null;
        }
    }

    /// <summary>
    /// fal no longer has the file. The job is lost if that is past the file's promised life and no copy of ours can be away
    /// with its disk: a proxy or a hiccup is no reason to give up what is paid.
    /// </summary>
    private LipSyncException Gone(LipSyncJob job, FalException e)
    {
        var saved = session.Store.OutputsOf(job.Id).FirstOrDefault(o => o.IsSaved && o.RequestId == job.RequestId);
        if (session.Time.GetUtcNow() >= job.MediaUntil && (saved is null || Directory.Exists(Path.GetDirectoryName(saved.Path))))
        {
            var why = $"fal no longer has the result file of request {job.RequestId}"
                + (saved is null ? "." : $", and '{saved.Path}', where it was saved, is not there any more.");
            session.Store.WriteLost(job.Id, job.Attempt, why);
            return new LipSyncException(LipSyncError.JobLost, why, e);
        }

        return new LipSyncException(LipSyncError.DownloadFailed,
            $"The result of job {job.Id} is not to be had now: {e.Detail} fal was to keep it until {job.MediaUntil:u}.{(saved is null ? "" : $" It was saved as '{saved.Path}'.")}", e);
    }

    private static string PartialOf(string path, LipSyncJob job) => $"{path}.{job.Id}.partial";

    private static void Discard(string partial)
    {
        try
        {
            File.Delete(partial);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The failure that led here is the one to tell.
        }
    }

    /// <summary>A later run then knows the file by its size and time, without reading it again.</summary>
    private void RememberHash(string path, string sha256)
    {
        var info = new FileInfo(path);
        session.Store.CacheHash(path, info.Length, info.LastWriteTimeUtc, sha256);
    }
}
