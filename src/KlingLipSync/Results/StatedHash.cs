using System.Security.Cryptography;

namespace KlingLipSync.Results;

/// <summary>The hash that a host states of a whole file: <c>Repr-Digest</c>, <c>Digest</c>, <c>x-goog-hash</c> or <c>Content-MD5</c>; SHA-256 where there is a choice.</summary>
internal sealed record StatedHash(HashAlgorithmName Algorithm, byte[] Value)
{
    private static readonly string[] Lists = ["Repr-Digest", "Digest", "x-goog-hash"];

    /// <summary>What the answer states; null where it states nothing that is understood.</summary>
    /// <param name="response">An answer with the whole file: of a part of it, <c>Content-MD5</c> would be that of the part.</param>
    public static StatedHash? Of(HttpResponseMessage response)
    {
        var entries = Lists.SelectMany(name => Entries(response, name)).ToList();
        return Find(entries, "sha-256", HashAlgorithmName.SHA256, SHA256.HashSizeInBytes)
            ?? Find(entries, "md5", HashAlgorithmName.MD5, MD5.HashSizeInBytes)
            ?? (response.Content.Headers.ContentMD5 is { Length: MD5.HashSizeInBytes } md5 ? new StatedHash(HashAlgorithmName.MD5, md5) : null);
    }

    private static IEnumerable<(string Name, string Value)> Entries(HttpResponseMessage response, string header)
    {
        // Of a file that is kept packed, Google's hash is that of the packed bytes.
        if (!response.Headers.TryGetValues(header, out var values)
            || (header == "x-goog-hash" && response.Headers.TryGetValues("x-goog-stored-content-encoding", out var kept) && kept.Any(k => k != "identity")))
            yield break;
        foreach (var entry in values.SelectMany(value => value.Split(',')))
        {
            if (entry.Split('=', 2) is [var name, var value])
                yield return (name.Trim().ToLowerInvariant(), value.Trim().Trim(':'));
        }
    }

    private static StatedHash? Find(List<(string Name, string Value)> entries, string name, HashAlgorithmName algorithm, int length)
    {
        var bytes = new byte[length];
        foreach (var entry in entries)
        {
            if (entry.Name == name && Convert.TryFromBase64String(entry.Value, bytes, out var written) && written == length)
                return new StatedHash(algorithm, bytes);
        }
        return null;
    }
}
