using System.Buffers.Binary;

namespace KlingLipSync.Emulator.Model;

/// <summary>The seconds of an MP4, MOV or M4A by its movie header, or by its fragments where that says nothing.</summary>
internal static class MovieLength
{
    /// <summary>Null for anything that is not such a file.</summary>
    public static double? Read(Stream stream)
    {
        if (BoxHeader.Find(stream, 0, stream.Length, "moov") is not { } moov || BoxHeader.Find(stream, moov.Start, moov.End, "mvhd") is not { } header)
            return null;
        var (timescale, duration) = Times(stream, header);
        if (timescale == 0)
            return null;
        if (duration == 0 && BoxHeader.Find(stream, moov.Start, moov.End, "mvex") is { } extends)
            duration = BoxHeader.Find(stream, extends.Start, extends.End, "mehd") is { } whole ? Number(stream, whole, 4) : 0;
        var seconds = duration == 0 ? FragmentedLength.Read(stream, moov) : (double)duration / timescale;
        return seconds > 0 && double.IsFinite(seconds) ? seconds : null;
    }

    /// <summary>Timescale and duration, which mvhd and mdhd keep in the same places.</summary>
    public static (uint Timescale, ulong Duration) Times(Stream stream, BoxHeader box)
    {
        var wide = Number(stream, box with { End = box.Start + 1 }, 0, 1) == 1;
        var timescale = (uint)Number(stream, box, wide ? 20 : 12, 4);
        var duration = Number(stream, box, wide ? 24 : 16, wide ? 8 : 4);
        // All ones mean "unknown".
        return (timescale, duration == (wide ? ulong.MaxValue : uint.MaxValue) ? 0 : duration);
    }

    /// <summary>The big-endian number at an offset in a box; 0 where the box is too short.</summary>
    public static ulong Number(Stream stream, BoxHeader box, long offset, int size)
    {
        if (box.Start + offset + size > box.End)
            return 0;
        Span<byte> bytes = stackalloc byte[8];
        bytes.Clear();
        stream.Position = box.Start + offset;
        return stream.ReadAtLeast(bytes[(8 - size)..], size, throwOnEndOfStream: false) < size ? 0 : BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }

    /// <summary>A number whose size the box's version tells: 4 bytes in version 0, 8 in version 1.</summary>
    private static ulong Number(Stream stream, BoxHeader box, long offset) =>
        Number(stream, box, offset, Number(stream, box, 0, 1) == 1 ? 8 : 4);
}
