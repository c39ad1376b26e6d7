using KlingLipSync.Emulator.Accounts;
using KlingLipSync.Emulator.Http;

namespace KlingLipSync.Emulator.Platform;

/// <summary>The answers to calls that carried an idempotency key, kept for ten minutes: the same key gets the same answer, and nothing happens again.</summary>
internal sealed class AnswerMemory(TimeProvider clock)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private readonly Lock gate = new();
    private readonly Dictionary<(Account Account, string Key), (DateTimeOffset At, Reply Reply)> answers = [];

    /// <summary>The answer given before, or the one that <paramref name="answer"/> makes now. A call without a key is always answered anew.</summary>
    public Reply Once(Account account, string? key, Func<Reply> answer)
    {
        if (string.IsNullOrEmpty(key))
            return answer();
        lock (gate)
        {
            var now = clock.GetUtcNow();
            if (answers.TryGetValue((account, key), out var known) && now < known.At + Lifetime)
                return known.Reply;
            var reply = answer();
            answers[(account, key)] = (now, reply);
            return reply;
        }
    }

    public void Clear()
    {
        lock (gate)
            answers.Clear();
    }
}
