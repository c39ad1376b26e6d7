using System.Text.Json;

namespace KlingLipSync.Fal;

/// <summary>A file to upload.</summary>
/// <param name="FileName">The name fal is told.</param>
/// <param name="ContentType">Its media type.</param>
/// <param name="Length">Its exact size.</param>
/// <param name="Open">Opens it from its first byte; called again for each attempt.</param>
internal sealed record FalUploadSource(string FileName, string ContentType, long Length, Func<Stream> Open);

/// <summary>A file that lies with fal.</summary>
/// <param name="Url">Where it lies. Whoever has the URL can read it.</param>
/// <param name="Sha256">Lower-case hex over the bytes that were sent.</param>
/// <param name="Bytes">How many were sent.</param>
internal sealed record FalUpload(Uri Url, string Sha256, long Bytes);

/// <summary>How long fal keeps an uploaded file.</summary>
/// <param name="Expiration">From the upload on.</param>
internal sealed record FalLifecycle(TimeSpan Expiration)
{
    /// <summary>The value of fal's lifecycle headers: whole seconds, at least one, because 0 would mean for ever.</summary>
    public string ToJson() => JsonSerializer.Serialize(
        new FalLifecycleHeader(Math.Max(1, (long)Math.Ceiling(Expiration.TotalSeconds))), FalBodies.Default.FalLifecycleHeader);
}
