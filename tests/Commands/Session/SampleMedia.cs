using System.Buffers.Binary;

namespace KlingLipSync.Tests.Commands.Session;

/// <summary>Fit media: 2.4 s of 1280x720 H.264, and 2.5 s of silence. No two are equal.</summary>
internal static class SampleMedia
{
    private static readonly byte[] Template = Load();

    public static byte[] Clip() => [.. Template, .. FreeBox(Guid.NewGuid().ToByteArray())];

    public static byte[] Sound()
    {
        const int rate = 8000;
        var samples = new byte[rate * 5 / 2];
        Array.Fill(samples, (byte)128);
        Guid.NewGuid().TryWriteBytes(samples);
        var wave = new byte[44 + samples.Length];
        "RIFF"u8.CopyTo(wave);
        BinaryPrimitives.WriteInt32LittleEndian(wave.AsSpan(4), wave.Length - 8);
        "WAVEfmt "u8.CopyTo(wave.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(wave.AsSpan(16), 16);
        BinaryPrimitives.WriteInt16LittleEndian(wave.AsSpan(20), 1);
        BinaryPrimitives.WriteInt16LittleEndian(wave.AsSpan(22), 1);
        BinaryPrimitives.WriteInt32LittleEndian(wave.AsSpan(24), rate);
        BinaryPrimitives.WriteInt32LittleEndian(wave.AsSpan(28), rate);
        BinaryPrimitives.WriteInt16LittleEndian(wave.AsSpan(32), 1);
        BinaryPrimitives.WriteInt16LittleEndian(wave.AsSpan(34), 8);
        "data"u8.CopyTo(wave.AsSpan(36));
        BinaryPrimitives.WriteInt32LittleEndian(wave.AsSpan(40), samples.Length);
        samples.CopyTo(wave.AsSpan(44));
        return wave;
    }

    private static byte[] FreeBox(byte[] content)
    {
        var box = new byte[8 + content.Length];
        BinaryPrimitives.WriteInt32BigEndian(box, box.Length);
        "free"u8.CopyTo(box.AsSpan(4));
        content.CopyTo(box.AsSpan(8));
        return box;
    }

    private static byte[] Load()
    {
        using var stream = typeof(SampleMedia).Assembly.GetManifestResourceStream("clip.mp4")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
