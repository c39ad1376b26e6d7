using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;

namespace KlingLipSync.Fal;

/// <summary>A fal API key. It never prints its secret.</summary>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class FalCredential
{
    private readonly string secret;

    private FalCredential(string keyId, string secret)
    {
        KeyId = keyId;
        this.secret = secret;
    }

    /// <summary>The public half of the key.</summary>
    public string KeyId { get; }

    /// <summary>The header that proves the key: set on single requests, never as a default.</summary>
    internal AuthenticationHeaderValue Header => new("Key", $"{KeyId}:{secret}");

    /// <summary>Reads a key of the form <c>key-id:key-secret</c>; surrounding white space is dropped.</summary>
    /// <param name="key">The key as fal shows it.</param>
    /// <returns>The credential.</returns>
    /// <exception cref="LipSyncException"><see cref="LipSyncError.ApiKeyMalformed"/>.</exception>
    public static FalCredential Parse(string key)
    {
        var text = key?.Trim() ?? "";
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || colon == text.Length - 1)
            throw Malformed();
        foreach (var c in text)
        {
            if (c is <= ' ' or > '~')
                throw Malformed();
        }
        return new FalCredential(text[..colon], text[(colon + 1)..]);
    }

    /// <summary>The key id with the secret masked.</summary>
    /// <returns>The masked text.</returns>
    public override string ToString() => $"{KeyId}:***";

    /// <summary>Replaces the secret wherever a text holds it: as it is, as a URL writes it, and as Basic authorization does.</summary>
    internal string Mask(string text)
    {
        if (text.Length < secret.Length)
            return text;
        var masked = text.Replace(secret, "***", StringComparison.OrdinalIgnoreCase);
        masked = masked.Replace(Uri.EscapeDataString(secret), "***", StringComparison.OrdinalIgnoreCase);
        return masked.Replace(Convert.ToBase64String(Encoding.ASCII.GetBytes($"{KeyId}:{secret}")), "***", StringComparison.Ordinal);
    }

    private static LipSyncException Malformed() => new(
        LipSyncError.ApiKeyMalformed,
        "The API key has not the form key-id:key-secret (printable characters without spaces, and no word before it).");
}
