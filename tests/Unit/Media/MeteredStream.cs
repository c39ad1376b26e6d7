namespace KlingLipSync.Tests.Unit.Media;

/// <summary>A file in memory that counts how often and how much is read of it.</summary>
internal sealed class MeteredStream(byte[] file) : MemoryStream(file, writable: false)
{
    public long BytesRead { get; private set; }

    public int Reads { get; private set; }

    public override int Read(Span<byte> buffer)
    {
        int got = base.Read(buffer);
        Reads++;
        BytesRead += got;
        return got;
    }
}
