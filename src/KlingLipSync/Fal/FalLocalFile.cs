namespace KlingLipSync.Fal;

/// <summary>Reads what is to be uploaded, and keeps faults of the disk apart from faults of the network.</summary>
internal static class FalLocalFile
{
    /// <summary>Opens a source from its first byte.</summary>
    public static Stream Open(FalUploadSource source)
    {
        try
        {
            return source.Open();
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new LipSyncException(LipSyncError.FileNotFound, $"{source.FileName} is no longer there.", fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(source, fault);
        }
    }

    /// <summary>Fills a buffer, and with the last bytes makes sure that none follow.</summary>
    /// <param name="source">The source.</param>
    /// <param name="input">Its stream.</param>
    /// <param name="buffer">No larger than what the source has left.</param>
    /// <param name="position">How much was read before.</param>
    /// <param name="ct">The caller's token.</param>
    public static async Task<int> ReadAsync(FalUploadSource source, Stream input, Memory<byte> buffer, long position, CancellationToken ct)
    {
        try
        {
            var n = await input.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct).ConfigureAwait(false);
            var isLast = position + n == source.Length;
            if (n < buffer.Length || (isLast && await input.ReadAsync(new byte[1], ct).ConfigureAwait(false) > 0))
                throw new LipSyncException(LipSyncError.FileChanged, $"{source.FileName} changed its size while it was uploaded: it had {source.Length} bytes.");
            return n;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(source, fault);
        }
    }

    private static LipSyncException Unreadable(FalUploadSource source, Exception fault) =>
        new(LipSyncError.FileUnreadable, $"{source.FileName} cannot be read: {fault.Message}", fault);
}
