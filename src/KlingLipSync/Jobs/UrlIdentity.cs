namespace KlingLipSync.Jobs;

/// <summary>A URL without what changes each time the same file is signed anew.</summary>
internal static class UrlIdentity
{
    // S3 and Google Cloud Storage sign under names of their own.
    private static readonly string[] SignaturePrefixes = ["x-amz-", "x-goog-"];

    // The others use everyday words, which are a signature's only beside the word that proves it.
    private static readonly (string Proof, string[] Names)[] Signatures =
    [
        ("sig", ["sv", "se", "st", "sr", "sp", "sig", "spr", "sip", "ss", "srt", "skoid", "sktid", "skt", "ske", "sks", "skv"]), // Azure
        ("Signature", ["Signature", "Expires", "AWSAccessKeyId", "GoogleAccessId", "Key-Pair-Id", "Policy"]), // CloudFront, older S3
        ("identity", ["identity"]), // fal
        ("token", ["token"]),
    ];

    public static string Of(Uri url)
    {
        var parameters = url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries);
        var names = parameters.Select(NameOf).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var signed = Signatures.Where(s => names.Contains(s.Proof)).SelectMany(s => s.Names).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var query = string.Join('&', parameters.Where(p => !signed.Contains(NameOf(p)) && !HasPrefix(NameOf(p))));
        var bare = url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
        return query.Length == 0 ? bare : bare + "?" + query;
    }

    private static string NameOf(string parameter) => parameter.Split('=')[0];

    private static bool HasPrefix(string name) => SignaturePrefixes.Any(p => name.StartsWith(p, StringComparison.OrdinalIgnoreCase));
}
