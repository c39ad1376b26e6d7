namespace KlingLipSync.Emulator.Http;

/// <summary>An answer made but not yet sent, so that a fault can still delay, cut or swallow it.</summary>
internal abstract class Reply(int status)
{
    private List<KeyValuePair<string, string>>? headers;

    public int Status { get; } = status;

    public string? ContentType { get; init; }

    /// <summary>The declared length; null for a body without a known end.</summary>
    public abstract long? Length { get; }

    public IEnumerable<KeyValuePair<string, string>> Headers => headers ?? Enumerable.Empty<KeyValuePair<string, string>>();

    public Reply With(string name, string? value)
    {
        if (value is not null)
            (headers ??= []).Add(new(name, value));
        return this;
    }

    public abstract Task WriteAsync(Stream body, CancellationToken cancellationToken);
}
