using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
using KlingLipSync.Media.Iso;
using KlingLipSync.Media.Sound;

namespace KlingLipSync.Media;

/// <summary>Tells by the first bytes what a file is. Every MP4 family file is <see cref="MediaContainer.Mp4"/> here; its own reader tells them apart.</summary>
internal static class Sniffer
{
    private const int FirstBytes = 512;

    public static MediaContainer Recognise(ByteWindow bytes)
    {
        // Copied, because the window moves when frames are looked for.
        Span<byte> head = stackalloc byte[FirstBytes];
        ReadOnlySpan<byte> seen = bytes.UpTo(0, FirstBytes);
        seen.CopyTo(head);
        head = head[..seen.Length];

        return Signature(head)
            ?? Frames(bytes)
            ?? WideWriting(head)
            ?? Writing(head)
            ?? MediaContainer.Unknown;
    }

    private static MediaContainer? Signature(ReadOnlySpan<byte> head)
    {
        if (head.Length >= 12 && (head.StartsWith("RIFF"u8) || head.StartsWith("RF64"u8) || head.StartsWith("BW64"u8) || head.StartsWith("RIFX"u8)))
        {
            ReadOnlySpan<byte> form = head[8..12];
            return form.SequenceEqual("WAVE"u8) ? MediaContainer.Wav
                : form.SequenceEqual("AVI "u8) ? MediaContainer.Avi
                : form.SequenceEqual("WEBP"u8) ? MediaContainer.WebP
                : null;
        }

        if (head.Length >= 8 && IsIso(head))
        {
            return MediaContainer.Mp4;
        }

        if (head.StartsWith((ReadOnlySpan<byte>)[0x1A, 0x45, 0xDF, 0xA3]))
        {
            return head[..Math.Min(head.Length, 64)].IndexOf("webm"u8) >= 0 ? MediaContainer.WebM : MediaContainer.Matroska;
        }

        if (head.Length >= 12 && head.StartsWith("FORM"u8) && (head[8..].StartsWith("AIFF"u8) || head[8..].StartsWith("AIFC"u8)))
        {
            return MediaContainer.Aiff;
        }

        if (IsTransportStream(head, 0) || IsTransportStream(head, 4))
        {
            return MediaContainer.MpegTs;
        }

        return head.StartsWith("OggS"u8) ? MediaContainer.Ogg
            : head.StartsWith("fLaC"u8) ? MediaContainer.Flac
            : head.StartsWith("FLV\u0001"u8) ? MediaContainer.Flv
            : head.StartsWith((ReadOnlySpan<byte>)[0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11]) ? MediaContainer.Asf
            : head.StartsWith((ReadOnlySpan<byte>)[0x00, 0x00, 0x01, 0xBA]) ? MediaContainer.MpegPs
            : head.StartsWith("caff"u8) ? MediaContainer.Caf
            : head.StartsWith("#!AMR"u8) ? MediaContainer.Amr
            : head.StartsWith("GIF8"u8) ? MediaContainer.Gif
            : head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? MediaContainer.Jpeg
            : head.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47]) ? MediaContainer.Png
            : head.StartsWith("II*\0"u8) || head.StartsWith("MM\0*"u8) ? MediaContainer.Tiff
            : head.StartsWith("BM"u8) && head.Length > 26 && head[6..10].SequenceEqual("\0\0\0\0"u8) ? MediaContainer.Bmp
            : head.StartsWith("%PDF-"u8) ? MediaContainer.Pdf
            : IsArchive(head) ? MediaContainer.Archive
            : null;
    }

    // An old QuickTime movie has no brand, so its first box can be any of these; the words among them must not be a text's.
    private static bool IsIso(ReadOnlySpan<byte> head)
        => BinaryPrimitives.ReadUInt32BigEndian(head[4..]) switch
        {
            FourCc.Ftyp or FourCc.Moov or FourCc.Mdat or FourCc.Pnot or FourCc.Styp or FourCc.Moof or FourCc.Sidx => true,
            FourCc.Wide or FourCc.Free or FourCc.Skip => head[0] == 0,
            _ => false,
        };

    private static bool IsTransportStream(ReadOnlySpan<byte> head, int first)
    {
        int packet = 188 + first;
        return head.Length > first + (2 * packet) && head[first] == 0x47 && head[first + packet] == 0x47 && head[first + (2 * packet)] == 0x47;
    }

    private static bool IsArchive(ReadOnlySpan<byte> head)
        => head.StartsWith("PK\u0003\u0004"u8)
        || head.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B, 0x08])
        || head.StartsWith((ReadOnlySpan<byte>)[0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C])
        || head.StartsWith("Rar!\u001A\u0007"u8);

    private static MediaContainer? Frames(ByteWindow bytes)
    {
        long start = Id3Tags.SkipLeading(bytes);
        if (start > 0 && bytes.UpTo(start, 4).SequenceEqual("fLaC"u8))
        {
            return MediaContainer.Flac;
        }

        return FrameSync.Find(bytes, start, bytes.Length) switch
        {
            { IsAdts: true } => MediaContainer.Aac,
            { } => MediaContainer.Mp3,

            null when FreeFormat.Is(bytes, start) => MediaContainer.Mp3,

            // A tag promises MPEG sound; what is missing is for its reader to say.
            null => start > 0 ? MediaContainer.Mp3 : null,
        };
    }

    // UTF-16, as Windows PowerShell redirects text into a file.
    private static MediaContainer? WideWriting(ReadOnlySpan<byte> head)
    {
        bool isBigEndian = head.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]);
        if (!isBigEndian && !head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]))
        {
            return null;
        }

        string writing = (isBigEndian ? Encoding.BigEndianUnicode : Encoding.Unicode).GetString(head[2..(head.Length & ~1)]);
        return writing.Any(c => char.IsControl(c) && !char.IsWhiteSpace(c)) ? null : Writing(Encoding.UTF8.GetBytes(writing));
    }

    private static MediaContainer? Writing(ReadOnlySpan<byte> head)
    {
        ReadOnlySpan<byte> text = head.StartsWith("\uFEFF"u8) ? head[3..] : head;
        if (text.IsEmpty || text.ContainsAnyInRange<byte>(0x00, 0x08) || text.ContainsAnyInRange<byte>(0x0E, 0x1A))
        {
            return null;
        }

        // The last character may be cut by the end of what was read.
        int whole = text.Length;
        while (whole > 0 && head.Length == FirstBytes && text.Length - whole < 4 && text[whole - 1] >= 0x80)
        {
            whole--;
        }

        if (!Utf8.IsValid(text[..whole]))
        {
            return null;
        }

        string writing = Encoding.UTF8.GetString(text[..whole]).TrimStart();
        return writing.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase) || writing.StartsWith("<html", StringComparison.OrdinalIgnoreCase)
            ? MediaContainer.Html
            : MediaContainer.Text;
    }
}
