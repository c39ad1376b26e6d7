using System.Globalization;
using System.Text.Json;

namespace KlingLipSync.Fal;

/// <summary>Reads a page of the history.</summary>
internal static class FalHistoryReader
{
    /// <summary>The page, the way to the next one, and whether there is one; nothing if the answer is no page of fal's.</summary>
    public static (FalHistoryPage Page, string? Cursor, bool HasMore)? Read(FalReply reply, FalCredential credential)
    {
        var hasMore = FalJson.Field(reply.Json, "has_more");
        var cursor = FalJson.Field(reply.Json, "next_cursor");
        if (!reply.IsSuccess
            || FalJson.Field(reply.Json, "items") is not { ValueKind: JsonValueKind.Array } list
            || hasMore is { ValueKind: not (JsonValueKind.True or JsonValueKind.False) }
            || cursor is { ValueKind: not JsonValueKind.String })
            return null;

        var items = new List<FalHistoryItem>(list.GetArrayLength());
        foreach (var json in list.EnumerateArray())
        {
            var item = ReadItem(json, credential);
            if (FalRequestId.IsValid(item.RequestId))
                items.Add(item);
            else if (item.HasInput || json.ValueKind != JsonValueKind.Object)
                return null; // It may be the one that is looked for, and leaving it out would prove it absent.
        }
        return (new FalHistoryPage(items, reply.Date), cursor?.GetString() is { Length: > 0 } next ? next : null, hasMore is { ValueKind: JsonValueKind.True });
    }

    private static FalHistoryItem ReadItem(JsonElement json, FalCredential credential)
    {
        var input = FalJson.Field(json, "json_input");
        int? status = FalJson.Count(json, "status_code") is { } code and >= 100 and <= 599 ? (int)code : null;
        var result = status is { } s && FalJson.Field(json, "json_output") is { } output ? FalResultReader.Read(FalReply.OfStored(s, output), credential) : null;
        return new FalHistoryItem(
            FalJson.Text(json, "request_id") ?? "",
            Time(json, "sent_at"),
            Time(json, "started_at"),
            Time(json, "ended_at"),
            status,
            FalJson.Text(input, "video_url"),
            FalJson.Text(input, "audio_url"),
            result);
    }

    private static DateTimeOffset? Time(JsonElement json, string name) =>
        DateTimeOffset.TryParse(FalJson.Text(json, name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
