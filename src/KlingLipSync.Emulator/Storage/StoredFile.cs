using KlingLipSync.Emulator.Accounts;

namespace KlingLipSync.Emulator.Storage;

/// <summary>One file of the CDN: on disk, or in memory when it is tiny.</summary>
internal sealed record StoredFile
{
    /// <summary>Its place under <c>/cdn/files</c>.</summary>
    public required string UrlPath { get; init; }

    /// <summary>Where its bytes lie on disk; null when they are in <see cref="Content"/>.</summary>
    public string? DiskPath { get; init; }

    public ReadOnlyMemory<byte> Content { get; init; }

    public required long Length { get; init; }

    public required string Sha256 { get; init; }

    public required string ContentType { get; init; }

    public required Account Owner { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public Lifecycle Lifecycle { get; init; } = Lifecycle.None;

    public string ETag => $"\"{Sha256[..32]}\"";

    public bool ExpiredBy(DateTimeOffset now) => Lifecycle.Expiration is { } after && now >= CreatedAt + after;

    public Stream Open() => DiskPath is null
        ? new MemoryStream(Content.ToArray(), writable: false)
        : new FileStream(DiskPath, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1, FileOptions.Asynchronous);
}
