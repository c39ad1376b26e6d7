using System.Text.Json;
using System.Text.Json.Serialization;

namespace KlingLipSync.Fal;

/// <summary>The body of a submit reply: an acceptance, or a refusal with its <c>detail</c>.</summary>
internal sealed partial record FalSubmitReply
{
    [JsonPropertyName("request_id")]
    public string? RequestId { get; init; }

    [JsonPropertyName("status_url")]
    public string? StatusUrl { get; init; }

    [JsonPropertyName("response_url")]
    public string? ResponseUrl { get; init; }

    [JsonPropertyName("cancel_url")]
    public string? CancelUrl { get; init; }

    [JsonPropertyName("queue_position")]
    public int? QueuePosition { get; init; }

    /// <summary>Text or a list; undefined when there is none.</summary>
    [JsonPropertyName("detail")]
    public JsonElement Detail { get; init; }

    /// <summary>Null when the text is not such an object: a gateway's page, a cut body.</summary>
    public static FalSubmitReply? TryParse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, Context.Default.FalSubmitReply);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [JsonSerializable(typeof(FalSubmitReply))]
    private sealed partial class Context : JsonSerializerContext;
}
