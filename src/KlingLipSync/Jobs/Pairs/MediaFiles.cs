using System.Collections.Concurrent;
using KlingLipSync.Media;

namespace KlingLipSync.Jobs.Pairs;

/// <summary>What was found out about a file or a URL. Neither facts nor a fault: a URL that was not read.</summary>
/// <param name="Facts">What the file says about itself.</param>
/// <param name="Fault">Why it could not be read.</param>
internal readonly record struct MediaReading(MediaFacts? Facts, LipSyncException? Fault);

/// <summary>Reads each input once, however many pairs it is part of.</summary>
internal sealed class MediaFiles
{
    private readonly ConcurrentDictionary<string, MediaReading> known = new(StringComparer.Ordinal);

    public MediaReading Of(MediaInput input) => input.Path is { } path
        ? known.GetOrAdd(path, Read)
        : known.GetValueOrDefault(input.Url!.AbsoluteUri);

    /// <summary>Keeps what was read of a URL.</summary>
    public void Put(Uri url, MediaReading reading) => known[url.AbsoluteUri] = reading;

    private static MediaReading Read(string path)
    {
        try
        {
            if (Directory.Exists(path))
            {
                return Faulty(LipSyncError.FileUnreadable, $"'{path}' is a folder, not a file.");
            }

            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
            return file.Length == 0
                ? Faulty(LipSyncError.FileEmpty, $"'{path}' is empty.")
                : new(MediaReader.Read(file), null);
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
