using System.Buffers;
using System.Security.Cryptography;

namespace KlingLipSync.Fal;

/// <summary>What a file's bytes are known by.</summary>
/// <remarks>The parts of a large file leave side by side, and a hash over all of it needs them in order: it is proven part by part, by hashes that were taken in the same pass.</remarks>
/// <param name="Sha256">Lower-case hex over all bytes.</param>
/// <param name="Parts">The same over each part that a large file goes up in, in order; none for a file that goes up whole.</param>
internal sealed record FalDigest(string Sha256, IReadOnlyList<string> Parts)
{
    private const int SmallBuffer = 128 << 10, LargeBuffer = 1 << 20;

    /// <summary>Reads a stream from its first byte to its last.</summary>
    /// <param name="input">The stream.</param>
    /// <param name="ct">The caller's token.</param>
    /// <param name="largestWhole">Above this a file goes up in parts.</param>
    public static async Task<FalDigest> OfAsync(Stream input, CancellationToken ct, long largestWhole = FalStorage.LargestSinglePut)
    {
        var length = input.Length;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var parts = length > largestWhole ? new PartHashes() : null;
        var buffer = ArrayPool<byte>.Shared.Rent(length > LargeBuffer ? LargeBuffer : SmallBuffer);
        try
        {
            while (true)
            {
                // On Unix an asynchronous read of a file is a plain one on another thread: for a small file the way there is most of its cost.
                var read = length > LargeBuffer ? await input.ReadAsync(buffer, ct).ConfigureAwait(false) : input.Read(buffer);
                if (read == 0)
                    return new FalDigest(Hex(hash), parts?.Finish() ?? []);
                var beside = parts is null ? Task.CompletedTask : Task.Run(() => parts.Append(buffer.AsSpan(0, read)), CancellationToken.None);
                hash.AppendData(buffer, 0, read);
                await beside.ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Lower-case hex of what a hash was given so far; it starts anew.</summary>
    public static string Hex(IncrementalHash hash) => Convert.ToHexString(hash.GetHashAndReset()).ToLowerInvariant();

    private sealed class PartHashes : IDisposable
    {
        private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private readonly List<string> done = [];
        private int held;

        public void Append(ReadOnlySpan<byte> bytes)
        {
            while (bytes.Length > 0)
            {
                var n = Math.Min(bytes.Length, FalStorage.PartSize - held);
                hash.AppendData(bytes[..n]);
                held += n;
                bytes = bytes[n..];
                if (held == FalStorage.PartSize)
                    Close();
            }
        }

        public IReadOnlyList<string> Finish()
        {
            if (held > 0)
                Close();
            return done;
        }

        public void Dispose() => hash.Dispose();

        private void Close()
        {
            done.Add(Hex(hash));
            held = 0;
        }
    }
}
