namespace KlingLipSync.Fal;

/// <summary>Reads what is to be uploaded, and keeps faults of the disk apart from faults of the network.</summary>
internal static class FalLocalFile
{
    /// <summary>Opens a source at a byte of it.</summary>
    public static Stream Open(FalUploadSource source, long position)
    {
        try
        {
            var input = source.Open();
            input.Position = position;
            return input;
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

    /// <summary>Fills a buffer, and with the file's last bytes makes sure that none follow.</summary>
    /// <remarks>Not asynchronous: on Unix that is the same read on another thread, and on its way up a file waits for the network and not for the disk.</remarks>
    /// <param name="source">The source.</param>
    /// <param name="input">Its stream.</param>
    /// <param name="buffer">No larger than what the source has left.</param>
    /// <param name="position">Where in the file the stream is.</param>
    public static void Read(FalUploadSource source, Stream input, Span<byte> buffer, long position)
    {
        try
        {
            var n = input.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            var isLast = position + n == source.Length;
            if (n < buffer.Length || (isLast && input.ReadByte() >= 0))
                throw SizeChanged(source);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(source, fault);
        }
    }

    /// <summary>What the bytes of a source that goes up in parts are known by: as it was told, or read now.</summary>
    public static async Task<FalDigest> DigestAsync(FalUploadSource source, long largestWhole, CancellationToken ct)
    {
        if (source.Digest is { } known)
            return known;
        using var input = Open(source, 0);
        try
        {
            return input.Length == source.Length ? await FalDigest.OfAsync(input, ct, largestWhole).ConfigureAwait(false) : throw SizeChanged(source);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(source, fault);
        }
    }

    private static LipSyncException SizeChanged(FalUploadSource source) =>
        new(LipSyncError.FileChanged, $"{source.FileName} changed its size while it was uploaded: it had {source.Length} bytes.");

    private static LipSyncException Unreadable(FalUploadSource source, Exception fault) =>
        new(LipSyncError.FileUnreadable, $"{source.FileName} cannot be read: {fault.Message}", fault);
}
