using System.Collections.Concurrent;
using KlingLipSync.Emulator.Accounts;

namespace KlingLipSync.Emulator.Storage;

/// <summary>The bearer tokens of the CDN.</summary>
internal sealed class CdnTokens(TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, (Account Account, DateTimeOffset ExpiresAt)> tokens = new();

    public (string Token, DateTimeOffset ExpiresAt) Issue(Account account, TimeSpan lifetime)
    {
        var token = FileNames.Token(24);
        var expiresAt = clock.GetUtcNow() + lifetime;
        tokens[token] = (account, expiresAt);
        return (token, expiresAt);
    }

    /// <summary>Whose token the header carries; null for none, a foreign one or an old one.</summary>
    public Account? Find(string? authorization)
    {
        if (authorization?.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) != true)
            return null;
        return tokens.TryGetValue(authorization["Bearer ".Length..], out var entry) && clock.GetUtcNow() < entry.ExpiresAt ? entry.Account : null;
    }

    public void Clear() => tokens.Clear();
}
