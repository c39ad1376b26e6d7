using System.Text.Json;

namespace KlingLipSync.Emulator.Storage;

/// <summary>What a client says of a file before it sends it.</summary>
internal sealed record Announcement(string? ContentType, string? FileName)
{
    public static JsonSerializerOptions Format { get; } = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
}
