using System.Text;

namespace KlingLipSync.Emulator.Http;

/// <summary>The common answers.</summary>
internal static class Replies
{
    private const string JsonType = "application/json";

    public static Reply Empty(int status) => new ContentReply(status, default);

    public static Reply Json<T>(int status, T value) => Json(status, JsonFormat.Bytes(value));

    public static Reply Json(int status, byte[] body) => new ContentReply(status, body) { ContentType = JsonType };

    public static Reply Detail(int status, string detail) => Json(status, new { detail });

    /// <summary>The flat body of the gateway, its type in the header too.</summary>
    public static Reply Gateway(int status, string errorType, string detail) =>
        Json(status, new { detail, error_type = errorType }).With("X-Fal-Error-Type", errorType);

    public static Reply NotFound() => Detail(404, "Not Found");

    public static Reply UnknownRequest() => Json(404, new { status = "NOT_FOUND" });

    public static Reply WrongVerb(string allowed) => Detail(405, "Method Not Allowed").With("Allow", allowed);

    /// <summary>An answer a fault asked for: JSON if it looks like it, else what a proxy in between would send.</summary>
    public static Reply Of(Fault fault)
    {
        var text = fault.Body ?? "";
        var type = text.AsSpan().TrimStart() is ['{' or '[', ..] ? JsonType : text.Length > 0 ? "text/html" : null;
        var announced = fault.Headers?.FirstOrDefault(header => header.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)).Value;
        Reply reply = new ContentReply(fault.Status, Encoding.UTF8.GetBytes(text)) { ContentType = announced ?? type };
        foreach (var (name, value) in fault.Headers ?? new Dictionary<string, string>())
        {
            if (!name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase))
                reply.With(name, value);
        }

        return reply;
    }
}
