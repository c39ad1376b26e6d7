namespace KlingLipSync.Emulator.Http;

/// <summary>Pauses each time another <c>step</c> bytes have gone out, and once before the first byte if there is no step.</summary>
internal sealed class DrippingStream(Stream inner, long step, TimeSpan pause) : OutgoingStream(inner)
{
    private readonly long step = step;
    private long untilPause = step;
    private bool begun;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (step == 0)
        {
            if (!begun)
                await PauseAsync(cancellationToken);
            await Inner.WriteAsync(buffer, cancellationToken);
            return;
        }

        while (!buffer.IsEmpty)
        {
            if (untilPause == 0)
            {
                await PauseAsync(cancellationToken);
                untilPause = step;
            }

            var count = (int)Math.Min(untilPause, buffer.Length);
            await Inner.WriteAsync(buffer[..count], cancellationToken);
            buffer = buffer[count..];
            untilPause -= count;
        }
    }

    private async Task PauseAsync(CancellationToken cancellationToken)
    {
        begun = true;
        await Inner.FlushAsync(cancellationToken);
        await Task.Delay(pause, cancellationToken);
    }
}
