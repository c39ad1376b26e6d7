namespace KlingLipSync.Emulator.Http;

/// <summary>Lets a number of bytes through, then breaks off with <see cref="BodyCutException"/>.</summary>
internal sealed class CutStream(Stream inner, long limit) : OutgoingStream(inner)
{
    private long left = limit;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = (int)Math.Min(left, buffer.Length);
        if (count > 0)
            await Inner.WriteAsync(buffer[..count], cancellationToken);
        left -= count;
        if (count < buffer.Length)
            throw new BodyCutException();
    }
}
