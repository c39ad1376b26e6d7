using System.Text.Json.Serialization;

namespace KlingLipSync.Fal;

/// <summary>The JSON we write.</summary>
[JsonSerializable(typeof(FalInitiateBody))]
[JsonSerializable(typeof(FalLifecycleHeader))]
[JsonSerializable(typeof(FalCompleteBody))]
internal sealed partial class FalBodies : JsonSerializerContext;

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
