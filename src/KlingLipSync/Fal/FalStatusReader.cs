using System.Text.Json;

namespace KlingLipSync.Fal;

/// <summary>Reads a status object. Only its <c>status</c> is relied on.</summary>
internal static class FalStatusReader
{
    /// <summary>Reads a status, or nothing if the object is none.</summary>
    public static FalStatus? Read(JsonElement? json, DateTimeOffset? date, FalCredential credential)
    {
        if (FalJson.Text(json, "status") is not { } word)
            return null;

        var kind = word switch
        {
            "IN_QUEUE" => FalStatusKind.Queued,
            "IN_PROGRESS" => FalStatusKind.Running,
            "COMPLETED" => FalStatusKind.Completed,
            _ => FalStatusKind.StillUnknown,
        };
        var error = FalRedaction.Clean(FalErrorBody.Read(json).Message, credential);
        var errorType = FalRedaction.Clean(FalJson.Text(json, "error_type"), credential);
        return new FalStatus(
            kind,
            FalJson.Count(json, "queue_position") is { } position and <= int.MaxValue ? (int)position : null,
            InferenceTime(FalJson.Field(json, "metrics")),
            errorType.Length > 0 ? errorType : null,
            error.Length > 0 ? error : null,
            date)
        {
            Log = FalJson.List(json, "logs").Select(line => FalLogReader.Read(line, credential)).OfType<LipSyncLogLine>().ToArray(),
        };
    }

    /// <summary>Reads a status from text.</summary>
    public static FalStatus? Read(string text, DateTimeOffset? date, FalCredential credential)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return Read(document.RootElement, date, credential);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static TimeSpan? InferenceTime(JsonElement? metrics) =>
        FalJson.Number(metrics, "inference_time") is { } seconds and >= 0 and < 1e9 ? TimeSpan.FromSeconds(seconds) : null;
}
