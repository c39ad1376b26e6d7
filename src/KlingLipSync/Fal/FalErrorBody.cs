using System.Text.Json;

namespace KlingLipSync.Fal;

/// <summary>What an error body says, in whichever of fal's shapes.</summary>
/// <param name="Message">The words, not yet fit to be shown.</param>
/// <param name="Type">fal's name of the failure.</param>
/// <param name="RequestId">The request it is about.</param>
/// <param name="IsFalShape">Whether the body has a field that fal's errors have.</param>
internal readonly record struct FalErrorBody(string? Message, string? Type, string? RequestId, bool IsFalShape)
{
    /// <summary>The name of the concurrency limit, which was also seen under status 200.</summary>
    public const string ConcurrencyLimit = "concurrent_requests_limit";

    /// <summary>Reads the flat form, the list form, and the platform's nested form.</summary>
    public static FalErrorBody Read(JsonElement? json)
    {
        if (json is null)
            return default;

        var detail = FalJson.Field(json, "detail");
        var error = FalJson.Field(json, "error");
        var (message, type) = detail switch
        {
            { ValueKind: JsonValueKind.String } d => (d.GetString(), null),
            { ValueKind: JsonValueKind.Array } d => OfList(d),
            { ValueKind: JsonValueKind.Object } d => OfItem(d),
            _ => (null, null),
        };
        switch (error)
        {
            case { ValueKind: JsonValueKind.String } e:
                message ??= e.GetString();
                break;
            case { ValueKind: JsonValueKind.Object } e:
                message ??= FalJson.Text(e, "message");
                type ??= FalJson.Text(e, "type");
                break;
        }
        return new FalErrorBody(
            message ?? FalJson.Text(json, "message"),
            type ?? FalJson.Text(json, "error_type") ?? FalJson.Text(json, "type"),
            FalJson.Text(json, "request_id") ?? FalJson.Text(error, "request_id"),
            detail is not null || error is not null || FalJson.Field(json, "error_type") is not null);
    }

    private static (string? Message, string? Type) OfList(JsonElement list)
    {
        string? type = null;
        var messages = new List<string>();
        foreach (var item in list.EnumerateArray())
        {
            var (message, itemType) = item.ValueKind == JsonValueKind.String ? (item.GetString(), null) : OfItem(item);
            type ??= itemType;
            if (message is not null && messages.Count < 20)
                messages.Add(message);
        }
        return (messages.Count > 0 ? string.Join("; ", messages) : null, type);
    }

    private static (string? Message, string? Type) OfItem(JsonElement item)
    {
        var message = FalJson.Text(item, "msg") ?? FalJson.Text(item, "message");
        var place = string.Join('.', FalJson.List(item, "loc").Select(l => l.ToString()).Where((l, i) => i > 0 || l != "body"));
        if (message is not null && place.Length > 0)
            message = $"{place}: {message}";
        return (message, FalJson.Text(item, "type"));
    }
}
