namespace KlingLipSync.Emulator.Http;

/// <summary>A small body held in memory.</summary>
internal sealed class ContentReply(int status, ReadOnlyMemory<byte> content) : Reply(status)
{
    public override long? Length => content.Length;

    public override Task WriteAsync(Stream body, CancellationToken cancellationToken) =>
        content.IsEmpty ? Task.CompletedTask : body.WriteAsync(content, cancellationToken).AsTask();
}
