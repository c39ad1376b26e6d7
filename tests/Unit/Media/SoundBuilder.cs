namespace KlingLipSync.Tests.Unit.Media;

/// <summary>Writes WAV, MP3 and ADTS files whose frames are noise.</summary>
public static class SoundBuilder
{
    /// <summary>A WAV file; sizes and rates can be made to lie.</summary>
    public static byte[] Wav(
        byte[] data,
        ushort tag = 1,
        int channels = 1,
        uint rate = 16_000,
        int bits = 16,
        uint? byteRate = null,
        uint? dataSize = null,
        string form = "RIFF",
        byte[]? chunksBefore = null,
        byte[]? formatTail = null)
    {
        var format = new ByteWriter().Little16(tag).Little16(channels).Little32(rate)
            .Little32(byteRate ?? (uint)(rate * channels * bits / 8)).Little16(channels * bits / 8).Little16(bits).Bytes(formatTail ?? []);
        var body = new ByteWriter().Text("WAVE").Bytes(chunksBefore ?? [])
            .Bytes(Chunk("fmt ", format.ToArray()))
            .Text("data").Little32(dataSize ?? (uint)data.Length).Bytes(data);
        return new ByteWriter().Text(form).Little32((uint)body.Length).Bytes(body.ToArray()).ToArray();
    }

    public static byte[] Chunk(string type, byte[] content)
        => new ByteWriter().Text(type).Little32((uint)content.Length).Bytes(content).Zeros(content.Length & 1).ToArray();

    /// <summary>One MPEG-1 layer III frame, 44.1 kHz, joint stereo: 1152 samples. Bit rate index 1 to 14 (9 = 128 kbit/s).</summary>
    public static byte[] Mp3Frame(int bitRateIndex = 9, byte fill = 0x55, byte version = 0xFB)
    {
        int[] kiloBits = version == 0xFB
            ? [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
            : [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
        int length = version == 0xFB ? 144_000 * kiloBits[bitRateIndex - 1] / 44_100 : 72_000 * kiloBits[bitRateIndex - 1] / 22_050;
        byte[] frame = new byte[length];
        Array.Fill(frame, fill);
        (frame[0], frame[1], frame[2], frame[3]) = (0xFF, version, (byte)(bitRateIndex << 4), 0x44);
        return frame;
    }

    /// <summary>A silent frame that carries a Xing (or Info) header with a number of frames.</summary>
    public static byte[] XingFrame(uint frames, string mark = "Xing")
    {
        byte[] frame = Mp3Frame(9, 0);
        new ByteWriter().Text(mark).Big32(1).Big32(frames).ToArray().CopyTo(frame, 4 + 32);
        return frame;
    }

    /// <summary>A silent frame that carries a VBRI header with a number of frames.</summary>
    public static byte[] VbriFrame(uint frames)
    {
        byte[] frame = Mp3Frame(9, 0);
        new ByteWriter().Text("VBRI").Big16(1).Big16(0).Big16(75).Big32(1).Big32(frames).ToArray().CopyTo(frame, 4 + 32);
        return frame;
    }

    /// <summary>An ID3v2 tag with so many bytes of content.</summary>
    public static byte[] Id3v2(int size)
        => new ByteWriter().Text("ID3").Bytes(3, 0, 0, (byte)(size >> 21 & 0x7F), (byte)(size >> 14 & 0x7F), (byte)(size >> 7 & 0x7F), (byte)(size & 0x7F)).Zeros(size).ToArray();

    public static byte[] Id3v1() => new ByteWriter().Text("TAG").Zeros(125).ToArray();

    /// <summary>One ADTS frame of AAC-LC, 44.1 kHz, stereo: 1024 samples.</summary>
    public static byte[] AdtsFrame(int length = 300)
    {
        byte[] frame = new byte[length];
        Array.Fill(frame, (byte)0x21);
        (frame[0], frame[1], frame[2]) = (0xFF, 0xF1, 0x50);
        (frame[3], frame[4], frame[5], frame[6]) = ((byte)(0x80 | length >> 11), (byte)(length >> 3), (byte)((length & 7) << 5 | 0x1F), 0xFC);
        return frame;
    }

    public static byte[] Join(params IEnumerable<byte[]> parts)
    {
        var file = new ByteWriter();
        foreach (byte[] part in parts)
        {
            file.Bytes(part);
        }

        return file.ToArray();
    }
}
