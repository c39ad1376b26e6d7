namespace KlingLipSync.Emulator.Http;

/// <summary>Tells how many bytes went through.</summary>
internal sealed class CountedStream(Stream inner, Action<long> count) : OutgoingStream(inner)
{
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // Before: whoever has read them all finds them counted.
        count(buffer.Length);
        await Inner.WriteAsync(buffer, cancellationToken);
    }
}
