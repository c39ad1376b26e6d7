namespace KlingLipSync.Jobs;

/// <summary>The one place that makes a text which is a URL, or was meant as one, fit to be shown: no user, no password, no query.</summary>
internal static class ShownAddress
{
    private const int Longest = 200;

    /// <summary>A URL without what may be secret; a path as it is.</summary>
    public static string Of(string text)
    {
        if (!IsAddress(text))
        {
            return text;
        }

        if (Uri.TryCreate(text.Trim(), UriKind.Absolute, out var url) && url.UserInfo.Length == 0 && url.Host.Length > 0)
        {
            return Cut(text);
        }

        // No URL at all, or one with a user in it, whose password may hold any character: all up to the last @ goes.
        var bare = Cut(text);
        var start = bare.IndexOf(':', StringComparison.Ordinal) + 1;
        var at = text.LastIndexOf('@');
        return at < start ? bare : string.Concat(bare.AsSpan(0, start), "//…@", Cut(text[(at + 1)..]));
    }

    /// <summary>Whether a text is a URL of any kind rather than a path. A drive's letter is no scheme.</summary>
    public static bool IsAddress(string text) => text.Contains("://", StringComparison.Ordinal) || text.StartsWith("data:", StringComparison.OrdinalIgnoreCase);

    private static string Cut(string text)
    {
        var bare = text.Split('?', '#')[0];
        return bare.Length > Longest ? bare[..Longest] + "…" : bare;
    }
}
