using System.Buffers;
using KlingLipSync.Emulator.Http;

namespace KlingLipSync.Emulator.Storage;

/// <summary>A file or a stretch of it.</summary>
internal sealed class FileReply(int status, StoredFile file, long start, long count) : Reply(status)
{
    private const int BufferSize = 128 * 1024;

    public override long? Length => count;

    public override async Task WriteAsync(Stream body, CancellationToken cancellationToken)
    {
        if (file.DiskPath is null)
        {
            await body.WriteAsync(file.Content.Slice((int)start, (int)count), cancellationToken);
            return;
        }

        await using var source = file.Open();
        source.Position = start;
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            for (var left = count; left > 0;)
            {
                var read = await source.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), cancellationToken);
                if (read == 0)
                    throw new EndOfStreamException();
                await body.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                left -= read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
