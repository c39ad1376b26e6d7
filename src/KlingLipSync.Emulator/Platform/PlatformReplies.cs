using KlingLipSync.Emulator.Http;

namespace KlingLipSync.Emulator.Platform;

/// <summary>The errors of the platform host, whose bodies are unlike the queue's.</summary>
internal static class PlatformReplies
{
    public static Reply Error(int status, string type, string message)
    {
        var id = Guid.CreateVersion7().ToString();
        return Replies.Json(status, new { error = new { type, message, docs_url = $"https://docs.fal.ai/platform-apis/errors#{type}", request_id = id } });
    }

    public static Reply NotFound() => Error(404, "not_found", "The requested resource was not found");

    public static Reply WrongVerb(string allowed) => Error(405, "method_not_allowed", "Method not allowed").With("Allow", allowed);
}
