using KlingLipSync.Emulator.Accounts;
using KlingLipSync.Emulator.Http;
using KlingLipSync.Emulator.Jobs;
using KlingLipSync.Emulator.Storage;

namespace KlingLipSync.Emulator.Platform;

/// <summary>Deletes what is kept of a finished request: its JSON and its output file, not the files it was given. Takes an admin key.</summary>
internal sealed class PayloadRoute(KeyRing keys, JobBoard board, FileStore files, BaseAddress address, AnswerMemory answers)
{
    public Task<Reply> DeleteAsync(HttpContext context, string id)
    {
        var request = context.Request;
        if (keys.Complaint(request, "Authorization header is required", out var account) is { } complaint)
            return Task.FromResult(PlatformReplies.Error(401, "authorization_error", complaint));
        if (!keys.IsAdmin(request))
            return Task.FromResult(PlatformReplies.Error(403, "authorization_error", "This endpoint requires an ADMIN key"));
        return Task.FromResult(answers.Once(account!, request.Headers["Idempotency-Key"], () => Delete(account!, id)));
    }

    private Reply Delete(Account account, string id)
    {
        var view = board.Find(account, id);
        if (view is null)
            return PlatformReplies.NotFound();
        if (view.State != JobState.Completed)
            return PlatformReplies.Error(400, "validation_error", "The request has not completed yet");

        board.ForgetPayloads(view.Job);
        var output = view.Outcome!.Output;
        var deleted = output is not null && files.Remove(output.UrlPath) ? new[] { output } : [];
        return Replies.Json(200, new { cdn_delete_results = deleted.Select(file => new { link = address.File(file.UrlPath), exception = (string?)null }) });
    }
}
