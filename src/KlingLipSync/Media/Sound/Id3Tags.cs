using System.Buffers.Binary;

namespace KlingLipSync.Media.Sound;

/// <summary>Finds where sound starts and ends between the tags around it (ID3v2 before, ID3v1 and APE behind).</summary>
internal static class Id3Tags
{
    // Some taggers write a tag before the old one; nobody does so often.
    private const int MostTags = 16;

    /// <summary>The offset behind all leading ID3v2 tags, which may lie beyond the end of a truncated file.</summary>
    public static long SkipLeading(ByteWindow bytes)
    {
        long offset = 0;
        for (int i = 0; i < MostTags; i++)
        {
            ReadOnlySpan<byte> header = bytes.UpTo(offset, 10);
            if (header.Length < 10 || !header.StartsWith("ID3"u8) || header[3] == 0xFF || ((header[6] | header[7] | header[8] | header[9]) & 0x80) != 0)
            {
                break;
            }

            int size = (header[6] << 21) | (header[7] << 14) | (header[8] << 7) | header[9];
            bool hasFooter = (header[5] & 0x10) != 0;
            offset += 10 + size + (hasFooter ? 10 : 0);
        }

        return offset;
    }

    /// <summary>The offset where sound ends and trailing tags begin.</summary>
    public static long SkipTrailing(ByteWindow bytes)
    {
        long end = bytes.Length;
        if (end >= 128 && bytes.At(end - 128, 3).SequenceEqual("TAG"u8))
        {
            end -= 128;
        }

        if (end >= 32)
        {
            ReadOnlySpan<byte> footer = bytes.At(end - 32, 32);
            if (footer.StartsWith("APETAGEX"u8))
            {
                uint size = BinaryPrimitives.ReadUInt32LittleEndian(footer[12..]);
                bool hasHeader = (footer[23] & 0x80) != 0;
                long start = end - size - (hasHeader ? 32 : 0);
                end = size >= 32 && start >= 0 ? start : end;
            }
        }

        return end;
    }
}
