using System.Text.Json;
using System.Text.Json.Serialization;

namespace KlingLipSync.Emulator.Storage;

/// <summary>What closes an upload in parts.</summary>
internal sealed record PartList([property: JsonPropertyName("parts")] IReadOnlyList<PartList.Entry>? Parts)
{
    public static JsonSerializerOptions Format { get; } = new();

    internal sealed record Entry([property: JsonPropertyName("partNumber")] int PartNumber, [property: JsonPropertyName("etag")] string? ETag);
}
