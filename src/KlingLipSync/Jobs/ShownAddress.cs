namespace KlingLipSync.Jobs;

/// <summary>The one place that makes a text which is a URL, or was meant as one, fit to be shown: no user, no password, no query.</summary>
internal static class ShownAddress
{
    private const int Longest = 200, LongestScheme = 12;

    /// <summary>A URL without what may be secret; a path as it is.</summary>
    public static string Of(string text)
    {
        if (!IsAddress(text))
        {
            return text;
        }

        if (!Uri.TryCreate(text.Trim(), UriKind.Absolute, out var url) || url.Host.Length == 0)
        {
            // No URL that anyone could take apart: where a secret begins in it nobody can say.
            var scheme = text.IndexOf(':', StringComparison.Ordinal);
            return string.Concat(text.AsSpan(0, Math.Min(scheme, LongestScheme)), ":…");
        }

        var shown = $"{url.Scheme}://{(url.UserInfo.Length > 0 ? "…@" : "")}{url.Authority}{url.AbsolutePath}";
        return shown.Length > Longest ? shown[..Longest] + "…" : shown;
    }

    /// <summary>Whether a text is a URL of any kind rather than a path. A drive's letter is no scheme.</summary>
    public static bool IsAddress(string text) => text.Contains("://", StringComparison.Ordinal) || text.StartsWith("data:", StringComparison.OrdinalIgnoreCase);
}
