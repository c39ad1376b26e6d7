using System.Buffers.Binary;

namespace KlingLipSync.Emulator.Model;

/// <summary>The seconds of a WAV file.</summary>
internal static class WaveLength
{
    /// <summary>Null for anything that is not such a file.</summary>
    public static double? Read(Stream stream)
    {
        Span<byte> bytes = stackalloc byte[16];
        stream.Position = 0;
        if (stream.ReadAtLeast(bytes[..12], 12, throwOnEndOfStream: false) < 12 || !bytes[..4].SequenceEqual("RIFF"u8) || !bytes[8..12].SequenceEqual("WAVE"u8))
            return null;
        uint bytesPerSecond = 0;
        for (var offset = 12L; offset + 8 <= stream.Length;)
        {
            stream.Position = offset;
            var got = stream.ReadAtLeast(bytes[..8], 8, throwOnEndOfStream: false);
            if (got < 8)
                break;
            long size = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            if (bytes[..4].SequenceEqual("fmt "u8) && stream.ReadAtLeast(bytes, 12, throwOnEndOfStream: false) >= 12)
                bytesPerSecond = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
            else if (bytes[..4].SequenceEqual("data"u8))
                return bytesPerSecond == 0 ? null : (double)Math.Min(size, stream.Length - offset - 8) / bytesPerSecond;
            offset += 8 + size + (size & 1);
        }

        return null;
    }
}
