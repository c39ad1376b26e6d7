namespace KlingLipSync.Jobs.Pairs;

/// <summary>Whether files can be saved into a folder, found out once and before anything is paid. Leaves nothing behind.</summary>
/// <param name="isRehearsal">Whether nothing may be written, not even a file that is gone at once.</param>
internal sealed class DestinationCheck(bool isRehearsal)
{
    private readonly Dictionary<string, LipSyncException?> verdicts = new(StringComparer.Ordinal);

    /// <exception cref="LipSyncException">A file stands there, or nothing can be written.</exception>
    public void Check(string folder)
    {
        if (!verdicts.TryGetValue(folder, out var verdict))
        {
            verdicts[folder] = verdict = Judge(folder);
        }

        if (verdict is not null)
        {
            throw new LipSyncException(verdict.Error, verdict.Message, verdict.InnerException);
        }
    }

    private LipSyncException? Judge(string folder)
    {
        if (File.Exists(folder))
        {
            return new(LipSyncError.DestinationInvalid, $"The destination '{folder}' is a file; it must be a folder.");
        }

        // The nearest folder that exists must take a new entry; a probe file that deletes itself is the only honest test.
        var nearest = folder;
        while (!Directory.Exists(nearest))
        {
            if (File.Exists(nearest))
            {
                return new(LipSyncError.DestinationInvalid, $"The destination '{folder}' cannot be made: '{nearest}' is a file.");
            }

            nearest = Path.GetDirectoryName(nearest);
            if (string.IsNullOrEmpty(nearest))
            {
                return new(LipSyncError.DestinationInvalid, $"The destination '{folder}' is on no drive that exists.");
            }
        }

        if (isRehearsal)
        {
            return null;
        }

        try
        {
            using var probe = new FileStream(Path.Combine(nearest, $".{Guid.NewGuid():N}.partial"), FileMode.CreateNew, FileAccess.Write,
                FileShare.None, 1, FileOptions.DeleteOnClose);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(LipSyncError.DestinationInvalid, $"The destination '{folder}' cannot be written: {e.Message}", e);
        }
    }
}
