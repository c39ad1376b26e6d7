using System.Text.Json;

namespace KlingLipSync.Tests.Unit.Emulator;

/// <summary>How fal names things.</summary>
internal static class SnakeCase
{
    public static JsonSerializerOptions Options { get; } = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
}
