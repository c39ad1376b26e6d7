using KlingLipSync.Emulator.Http;

namespace KlingLipSync.Emulator.Accounts;

/// <summary>The known keys. Only <c>Authorization: Key id:secret</c> opens anything.</summary>
internal sealed class KeyRing
{
    private const string Scheme = "Key ";

    private readonly Dictionary<string, Account> accounts;
    private readonly HashSet<string> admins;

    /// <summary>Admin keys belong to the account of the first ordinary one.</summary>
    public KeyRing(IReadOnlyList<string> keys, IReadOnlyList<string> adminKeys)
    {
        accounts = keys.Distinct().ToDictionary(key => key, key => new Account(key.Split(':')[0]));
        admins = [.. adminKeys];
        foreach (var key in admins)
            accounts.TryAdd(key, keys.Count > 0 ? accounts[keys[0]] : new Account(key.Split(':')[0]));
    }

    /// <summary>Whether the header carries a key, right or wrong.</summary>
    public static bool IsKey(string? authorization) => authorization?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>What is wrong with the header in fal's words, or null and the account.</summary>
    public string? Complaint(HttpRequest request, string whenAbsent, out Account? account)
    {
        account = null;
        string? authorization = request.Headers.Authorization;
        if (string.IsNullOrWhiteSpace(authorization))
            return whenAbsent;
        if (!authorization.StartsWith(Scheme, StringComparison.Ordinal))
            return "invalid key credentials";
        var key = authorization[Scheme.Length..];
        if (key.Split(':') is not [{ Length: > 0 }, { Length: > 0 }])
            return "Invalid Key Authorization header format. Expected '<key_id>:<key_secret>'.";
        return accounts.TryGetValue(key, out account) ? null : "No user found for Key ID and Secret";
    }

    /// <summary>Whether the header carries an admin key.</summary>
    public bool IsAdmin(HttpRequest request) =>
        request.Headers.Authorization.ToString() is var text && text.StartsWith(Scheme, StringComparison.Ordinal) && admins.Contains(text[Scheme.Length..]);

    /// <summary>The refusal of the queue and of the synchronous host, or null and the account.</summary>
    public Reply? RefuseApp(HttpRequest request, string app, out Account account) =>
        Refuse(request, $"Cannot access application \"{app}\". Authentication is required to access this application.", out account);

    /// <summary>The refusal of the storage host, or null and the account.</summary>
    public Reply? RefuseStorage(HttpRequest request, out Account account) => Refuse(request, "Authorization header is required", out account);

    private Reply? Refuse(HttpRequest request, string whenAbsent, out Account account)
    {
        var complaint = Complaint(request, whenAbsent, out var found);
        account = found!;
        return complaint is null ? null : Replies.Detail(401, complaint);
    }
}
