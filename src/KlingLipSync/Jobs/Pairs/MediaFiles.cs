using System.Collections.Concurrent;
using KlingLipSync.Media;
using KlingLipSync.Remote;

namespace KlingLipSync.Jobs.Pairs;

/// <summary>What was found out about a file or a URL. Neither facts nor a fault: a URL that was not read.</summary>
/// <param name="Facts">What the file says about itself.</param>
/// <param name="Fault">Why it cannot be read.</param>
/// <param name="Remark">Why a URL was not read although that was asked for.</param>
internal readonly record struct MediaReading(MediaFacts? Facts, LipSyncException? Fault, string? Remark = null);

/// <summary>Reads each input once, however many pairs it is part of.</summary>
internal sealed class MediaFiles
{
    private const int MostProbes = 8;

    private readonly ConcurrentDictionary<string, MediaReading> known = new(StringComparer.Ordinal);

    public MediaReading Of(MediaInput input) => input.Path is { } path
        ? known.GetOrAdd(path, Read)
        : known.GetValueOrDefault(input.Url!.AbsoluteUri);

    /// <summary>Reads the headers of URLs, several at a time, each once.</summary>
    public Task ProbeAsync(IEnumerable<Uri> urls, RemoteMedia remote, CancellationToken ct) => Parallel.ForEachAsync(
        urls.DistinctBy(u => u.AbsoluteUri), new ParallelOptions { MaxDegreeOfParallelism = MostProbes, CancellationToken = ct }, async (url, token) =>
        {
            try
            {
                known[url.AbsoluteUri] = new(await remote.ReadAsync(url, token).ConfigureAwait(false), null);
            }
            catch (LipSyncException e)
            {
                known[url.AbsoluteUri] = new(null, e);
            }
            catch (NotProbedException e)
            {
                known[url.AbsoluteUri] = new(null, null, e.Message);
            }
        });

    private static MediaReading Read(string path)
    {
        try
        {
            if (Directory.Exists(path))
            {
                return Faulty(LipSyncError.FileUnreadable, $"'{path}' is a folder, not a file.");
            }

            // Before it is opened: that waits for a writer where a pipe has none.
            if (FileEntry.Of(path) is { Exists: true, Length: 0 })
            {
                return Faulty(LipSyncError.FileEmpty, $"'{path}' is empty. Pipes and devices count as empty, too.");
            }

            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
            return new(MediaReader.Read(file), null);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Faulty(LipSyncError.FileNotFound, $"'{path}' does not exist.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return Faulty(LipSyncError.FileUnreadable, $"'{path}' cannot be read: {e.Message}", e);
        }
    }

    private static MediaReading Faulty(LipSyncError error, string message, Exception? inner = null) => new(null, new(error, message, inner));
}
