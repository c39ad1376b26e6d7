namespace KlingLipSync.Jobs;

/// <summary>A URL without what changes each time the same file is signed anew.</summary>
internal static class UrlIdentity
{
    // S3, Google Cloud Storage, CloudFront, Azure SAS, fal's own signed links.
    private static readonly string[] SignaturePrefixes = ["x-amz-", "x-goog-"];

    private static readonly HashSet<string> SignatureNames = new(StringComparer.OrdinalIgnoreCase)
    {
        "AWSAccessKeyId", "GoogleAccessId", "Signature", "Expires", "Key-Pair-Id", "Policy",
        "sv", "se", "st", "sr", "sp", "sig", "spr", "sip", "ss", "srt", "skoid", "sktid", "skt", "ske", "sks", "skv",
        "identity", "token",
    };

    public static string Of(Uri url)
    {
        var kept = url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Where(p => !IsSignature(p));
        var query = string.Join('&', kept);
        var bare = url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
        return query.Length == 0 ? bare : bare + "?" + query;
    }

    private static bool IsSignature(string parameter)
    {
        var name = parameter.Split('=')[0];
        return SignatureNames.Contains(name) || SignaturePrefixes.Any(p => name.StartsWith(p, StringComparison.OrdinalIgnoreCase));
    }
}
