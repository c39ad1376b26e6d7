using System.Text.Json;
using KlingLipSync.Emulator.Jobs;

namespace KlingLipSync.Emulator.Model;

/// <summary>The model's own errors: a list of what is wrong with which field.</summary>
internal static class ModelFailure
{
    /// <summary>The input does not have the right shape: nothing ran, and the header says so.</summary>
    public static Outcome Schema(IReadOnlyList<object> faults) => Outcome.Of(422, new { detail = faults }) with { Units = "0" };

    public static object Missing(string field, JsonElement input) => Entry(["body", field], "Field required", "missing", input: input);

    public static object NotText(string field, JsonElement input) => Entry(["body", field], "Input should be a valid string", "string_type", input: input);

    public static object NotAnObject(JsonElement input) =>
        Entry(["body"], "Input should be a valid dictionary or object to extract fields from", "model_attributes_type", input: input);

    /// <summary>Refused before the video's length was known: billed for the least there is, without a header.</summary>
    public static Outcome Unreadable(string field, string message, string type, object? ctx, string url) =>
        Outcome.Of(422, new { detail = new[] { Entry(["body", field], message, type, ctx, url) } }) with { BilledSeconds = Price.BilledSeconds(0), Retryable = false };

    /// <summary>Refused after a look at the media: the seconds are billed.</summary>
    public static Outcome Refused(string field, string message, string type, object? ctx, string url, int billedSeconds) =>
        Unreadable(field, message, type, ctx, url) with { BilledSeconds = billedSeconds, Units = billedSeconds.ToString() };

    /// <summary>Kling itself is down.</summary>
    public static Outcome PartnerDown() => Outcome.Of(500, new
    {
        detail = new[] { Entry(["body"], "The downstream service is currently unavailable. Please try again later.", "downstream_service_unavailable") },
    }) with { Retryable = true };

    /// <summary>An unhandled exception in the app.</summary>
    public static Outcome Crash() => Outcome.Of(500, new { detail = "Internal Server Error" }) with { Error = "Internal Server Error" };

    /// <summary>An endpoint the app does not have.</summary>
    public static Outcome UnknownPath(string path) => Outcome.Of(404, new { detail = $"Path {path} not found" }) with { Units = "0" };

    private static object Entry(object[] loc, string msg, string type, object? ctx = null, object? input = null)
    {
        var entry = new Dictionary<string, object> { ["loc"] = loc, ["msg"] = msg, ["type"] = type, ["url"] = $"https://docs.fal.ai/errors/#{type}" };
        if (ctx is not null)
            entry["ctx"] = ctx;
        if (input is not null)
            entry["input"] = input;
        return entry;
    }
}
