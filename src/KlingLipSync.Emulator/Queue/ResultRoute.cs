using KlingLipSync.Emulator.Http;
using KlingLipSync.Emulator.Jobs;

namespace KlingLipSync.Emulator.Queue;

/// <summary>What a request came to, in the model's own status and body.</summary>
internal sealed class ResultRoute(RequestLookup lookup, StatusDocument document)
{
    public Task<Reply> ReadAsync(HttpContext context, string app, string id)
    {
        var view = lookup.Find(context.Request, app, id, out var refusal);
        if (view is null)
            return Task.FromResult(refusal!);
        return Task.FromResult(view.State == JobState.Completed
            ? Tell(view)
            : Replies.Json(400, document.WriteStillInProgress(view)).With("x-fal-request-id", id));
    }

    public static Reply Tell(JobView view)
    {
        var outcome = view.Outcome!;
        return Replies.Json(outcome.Status, outcome.Body)
            .With("x-fal-request-id", view.Job.Id)
            .With("x-fal-billable-units", outcome.Units)
            .With("x-fal-error-type", outcome.ErrorType)
            .With("x-fal-retryable", outcome.Retryable switch { true => "true", false => "false", null => null })
            .With("x-fal-request-timeout-type", outcome.TimeoutType);
    }
}
