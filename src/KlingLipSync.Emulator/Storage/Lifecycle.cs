using System.Text.Json;
using KlingLipSync.Emulator.Http;

namespace KlingLipSync.Emulator.Storage;

/// <summary>How long a file lives and who may read it, as a lifecycle header asks for.</summary>
internal sealed record Lifecycle(TimeSpan? Expiration, string Acl)
{
    public const string RequestHeader = "X-Fal-Object-Lifecycle-Preference";
    public const string CdnHeader = "X-Fal-Object-Lifecycle";

    public static Lifecycle None { get; } = new(null, "allow");

    /// <summary>Reads the one header this route looks at; null with a refusal when it is malformed.</summary>
    public static Lifecycle? Read(HttpRequest request, string header, out Reply? refusal)
    {
        refusal = null;
        string? text = request.Headers[header];
        if (string.IsNullOrWhiteSpace(text))
            return None;
        try
        {
            using var document = JsonDocument.Parse(text);
            return Of(document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            refusal = Replies.Gateway(400, "bad_request", $"Invalid {header} header: {exception.Message}");
            return null;
        }
    }

    private static Lifecycle Of(JsonElement root)
    {
        TimeSpan? expiration = null;
        if (root.TryGetProperty("expiration_duration_seconds", out var seconds) && seconds.ValueKind != JsonValueKind.Null)
        {
            var count = seconds.GetInt64();
            if (count < 0)
                throw new FormatException("expiration_duration_seconds cannot be negative.");
            // 0 means "no expiry" like null, not "at once".
            expiration = count == 0 ? null : TimeSpan.FromSeconds(Math.Min(count, 100L * 365 * 86400));
        }

        var acl = "allow";
        if (root.TryGetProperty("initial_acl", out var list) && list.ValueKind == JsonValueKind.Object && list.TryGetProperty("default", out var value))
            acl = value.GetString() is "allow" or "forbid" or "hide" ? value.GetString()! : throw new FormatException("initial_acl.default has to be allow, forbid or hide.");
        return new Lifecycle(expiration, acl);
    }
}
