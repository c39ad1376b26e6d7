using System.Net.Http.Headers;
using System.Text.Json.Serialization;

namespace KlingLipSync.Fal;

/// <summary>The JSON we write.</summary>
[JsonSerializable(typeof(FalInitiateBody))]
[JsonSerializable(typeof(FalLifecycleHeader))]
[JsonSerializable(typeof(FalCompleteBody))]
internal sealed partial class FalBodies : JsonSerializerContext
{
    /// <summary>A request's body, announced as JSON.</summary>
    public static ByteArrayContent Content(byte[] json)
    {
        var content = new ByteArrayContent(json);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }
}

internal sealed record FalInitiateBody(
    [property: JsonPropertyName("content_type")] string ContentType,
    [property: JsonPropertyName("file_name")] string FileName);

internal sealed record FalLifecycleHeader(
    [property: JsonPropertyName("expiration_duration_seconds")] long ExpirationDurationSeconds);

internal sealed record FalCompleteBody(
    [property: JsonPropertyName("parts")] IReadOnlyList<FalPartTag> Parts);

internal sealed record FalPartTag(
    [property: JsonPropertyName("partNumber")] int PartNumber,
    [property: JsonPropertyName("etag")] string ETag);
