using KlingLipSync.Emulator.Http;

namespace KlingLipSync.Emulator.Control;

/// <summary>The lock that a run-out balance puts on an account: reads are refused too, while jobs go on and bill.</summary>
internal sealed class AccountLock
{
    private volatile string? reason;

    public void Lock(string? because) =>
        reason = string.IsNullOrWhiteSpace(because) ? "Exhausted balance. Top up your balance at fal.ai/dashboard/billing." : because;

    public void Unlock() => reason = null;

    /// <summary>The refusal of a locked account, or null.</summary>
    public Reply? Refuse()
    {
        var because = reason;
        return because is null ? null : Replies.Detail(403, $"User is locked. Reason: {because.TrimEnd('.')}.");
    }
}
