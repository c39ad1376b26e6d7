using System.Text.Json;

namespace KlingLipSync.Fal;

/// <summary>A file to upload.</summary>
/// <param name="FileName">The name fal is told.</param>
/// <param name="ContentType">Its media type.</param>
/// <param name="Length">Its exact size.</param>
/// <param name="Open">Opens it, to be read from any byte; called for each attempt and each part.</param>
internal sealed record FalUploadSource(string FileName, string ContentType, long Length, Func<Stream> Open)
{
    /// <summary>What its bytes are known by, where they were read before: then a large file need not be read once more to prove its parts.</summary>
    public FalDigest? Digest { get; init; }
}

/// <summary>A file that lies with fal.</summary>
/// <param name="Url">Where it lies. Whoever has the URL can read it.</param>
/// <param name="Sha256">Lower-case hex over the bytes that were sent.</param>
/// <param name="Bytes">How many were sent.</param>
/// <param name="Since">When its target was asked for. Its life at fal does not begin before.</param>
internal sealed record FalUpload(Uri Url, string Sha256, long Bytes, DateTimeOffset Since);

/// <summary>Where fal takes a file's bytes, and where the file will lie then.</summary>
/// <param name="Upload">Takes the bytes for a while, without the key.</param>
/// <param name="File">The file's address.</param>
/// <param name="Since">When it was asked for.</param>
internal sealed record FalUploadTarget(Uri Upload, Uri File, DateTimeOffset Since);

/// <summary>How long fal keeps an uploaded file.</summary>
/// <param name="Expiration">From the upload on.</param>
internal sealed record FalLifecycle(TimeSpan Expiration)
{
    /// <summary>The value of fal's lifecycle headers: whole seconds, at least one, because 0 would mean for ever.</summary>
    public string ToJson() => JsonSerializer.Serialize(
        new FalLifecycleHeader(Math.Max(1, (long)Math.Ceiling(Expiration.TotalSeconds))), FalBodies.Default.FalLifecycleHeader);
}
