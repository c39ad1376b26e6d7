using KlingLipSync.Emulator.Http;
using KlingLipSync.Emulator.Jobs;

namespace KlingLipSync.Emulator.Queue;

/// <summary>One look at a state: 202 while it is open, 200 once it is not.</summary>
internal sealed class StatusRoute(RequestLookup lookup, StatusDocument document)
{
    /// <summary>Logs come as a window that moves on, not as a growing list.</summary>
    private const int LogWindow = 3;

    public Task<Reply> ReadAsync(HttpContext context, string app, string id)
    {
        var view = lookup.Find(context.Request, app, id, out var refusal);
        if (view is null)
            return Task.FromResult(refusal!);
        var log = WantsLog(context.Request) ? view.Log.TakeLast(LogWindow).ToArray() : null;
        var status = view.State == JobState.Completed ? 200 : 202;
        return Task.FromResult(Replies.Json(status, document.Write(view, log)).With("x-fal-request-id", id));
    }

    public static bool WantsLog(HttpRequest request) => request.Query["logs"].ToString() is "1" or "true" or "True";
}
