using System.Buffers.Binary;

namespace KlingLipSync.Tests.Unit.Emulator;

/// <summary>The least that passes for a movie: a header that tells a length, and bytes.</summary>
internal static class TestMovie
{
    public static byte[] OfSeconds(double seconds, int mediaBytes = 1000, byte fill = 1, bool wide = false)
    {
        var body = new byte[wide ? 112 : 100];
        body[0] = wide ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32BigEndian(body.AsSpan(wide ? 20 : 12), 1000);
        if (wide)
            BinaryPrimitives.WriteUInt64BigEndian(body.AsSpan(24), (ulong)(seconds * 1000));
        else
            BinaryPrimitives.WriteUInt32BigEndian(body.AsSpan(16), (uint)(seconds * 1000));
        var media = new byte[mediaBytes];
        Array.Fill(media, fill);
        return [.. Box("ftyp", "isom\0\0\0\0isom"u8.ToArray()), .. Box("mdat", media), .. Box("moov", Box("mvhd", body))];
    }

    public static byte[] Box(string type, byte[] body)
    {
        var box = new byte[8 + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(box, box.Length);
        System.Text.Encoding.ASCII.GetBytes(type, box.AsSpan(4));
        body.CopyTo(box, 8);
        return box;
    }
}
