using KlingLipSync.Emulator.Http;
using KlingLipSync.Emulator.Jobs;

namespace KlingLipSync.Emulator.Queue;

/// <summary>The states of a request as server-sent events.</summary>
internal sealed class StreamRoute(EmulatorOptions options, RequestLookup lookup, JobBoard board, StatusDocument document, CancellationToken stopping)
{
    public Task<Reply> OpenAsync(HttpContext context, string app, string id)
    {
        if (!options.Streaming)
            return Task.FromResult(Replies.NotFound());
        var view = lookup.Find(context.Request, app, id, out var refusal);
        if (view is null)
            return Task.FromResult(refusal!);
        Reply reply = new StatusStreamReply(board, document, view.Job, StatusRoute.WantsLog(context.Request), options.StreamKeepAlive, stopping)
        {
            ContentType = "text/event-stream; charset=utf-8",
        };
        return Task.FromResult(reply.With("Cache-Control", "no-cache").With("x-fal-request-id", id));
    }
}
