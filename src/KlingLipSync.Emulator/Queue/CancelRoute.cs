using KlingLipSync.Emulator.Http;
using KlingLipSync.Emulator.Jobs;

namespace KlingLipSync.Emulator.Queue;

/// <summary>Removes a queued request, asks a running one to stop.</summary>
internal sealed class CancelRoute(RequestLookup lookup, JobBoard board)
{
    public Task<Reply> CancelAsync(HttpContext context, string app, string id)
    {
        var view = lookup.Find(context.Request, app, id, out var refusal, evenLocked: true);
        if (view is null)
            return Task.FromResult(refusal!);
        var (code, status) = board.Cancel(view.Job) switch
        {
            CancelAnswer.Removed => (200, "OK"),
            CancelAnswer.Requested => (202, "CANCELLATION_REQUESTED"),
            _ => (400, "ALREADY_COMPLETED"),
        };
        return Task.FromResult(Replies.Json(code, new { status }).With("x-fal-request-id", id));
    }
}
