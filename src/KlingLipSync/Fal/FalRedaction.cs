using System.Text;
using System.Text.RegularExpressions;

namespace KlingLipSync.Fal;

/// <summary>The one place that makes foreign text fit to be shown: no keys, tokens or signed queries, no control characters, not too long.</summary>
internal static partial class FalRedaction
{
    private const int MaxLength = 600;

    /// <summary>A text from fal, or from the system about fal, made fit to be shown.</summary>
    /// <param name="text">The text.</param>
    /// <param name="credential">The key that must not be in it.</param>
    /// <param name="longest">What is longer is cut.</param>
    public static string Clean(string? text, FalCredential? credential, int longest = MaxLength)
    {
        if (string.IsNullOrWhiteSpace(text))
            return "";

        // Cut first, so that a huge page costs nothing, but leave room: what is cut away must not save half a secret.
        var clean = text.Length > longest * 4 ? text[..(longest * 4)] : text;
        if (credential is not null)
            clean = credential.Mask(clean);
        clean = Users().Replace(clean, "$1***@");
        clean = Queries().Replace(clean, "$1?…");
        clean = Schemes().Replace(clean, "$1 ***");
        clean = Keys().Replace(clean, "$1:***");
        clean = Tokens().Replace(clean, "***");
        clean = Plain(clean);
        return clean.Length > longest ? clean[..longest].TrimEnd() + "…" : clean;
    }

    /// <summary>The same with its full stop, which systems end their words with or not: more words may follow.</summary>
    public static string Sentence(string? text, FalCredential? credential) => Clean(text, credential).TrimEnd('.') + ".";

    /// <summary>A URL without its query, fragment and user.</summary>
    public static string Address(Uri uri) =>
        uri.IsAbsoluteUri ? $"{uri.Scheme}://{uri.Authority}{uri.AbsolutePath}".TrimEnd('/') : "a relative URL";

    private static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (!char.IsControl(c) && !char.IsWhiteSpace(c))
                plain.Append(c);
            else if (plain.Length > 0 && plain[^1] != ' ')
                plain.Append(' ');
        }
        return plain.ToString().TrimEnd();
    }

    [GeneratedRegex(@"(https?://[^\s""'<>?]+)\?[^\s""'<>]*", RegexOptions.IgnoreCase)]
    private static partial Regex Queries();

    [GeneratedRegex(@"\b([a-z][a-z0-9+.-]*://)[^\s/""'<>?#@]+@", RegexOptions.IgnoreCase)]
    private static partial Regex Users();

    [GeneratedRegex(@"\b(Key|Bearer|Basic)\s+(?=\S*[0-9:._~+/=-])[A-Za-z0-9:._~+/=-]{12,}", RegexOptions.IgnoreCase)]
    private static partial Regex Schemes();

    [GeneratedRegex(@"\b([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}):[0-9a-zA-Z_-]{8,}", RegexOptions.IgnoreCase)]
    private static partial Regex Keys();

    [GeneratedRegex(@"\beyJ[A-Za-z0-9_-]{8,}(\.[A-Za-z0-9_-]+){1,2}")]
    private static partial Regex Tokens();
}
