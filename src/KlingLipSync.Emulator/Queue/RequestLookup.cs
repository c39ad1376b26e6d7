using KlingLipSync.Emulator.Accounts;
using KlingLipSync.Emulator.Control;
using KlingLipSync.Emulator.Http;
using KlingLipSync.Emulator.Jobs;

namespace KlingLipSync.Emulator.Queue;

/// <summary>The way from an id in a URL to a request of the caller's own.</summary>
internal sealed class RequestLookup(KeyRing keys, AccountLock accountLock, JobBoard board)
{
    /// <summary>Null with the refusal. A lock holds back reads, though not a cancellation.</summary>
    public JobView? Find(HttpRequest request, string app, string id, out Reply? refusal, bool evenLocked = false)
    {
        refusal = keys.RefuseApp(request, app, out var account) ?? (evenLocked ? null : accountLock.Refuse());
        if (refusal is not null)
            return null;
        var view = board.Find(account, app, id);
        refusal = view is null ? Replies.UnknownRequest() : null;
        return view;
    }
}
