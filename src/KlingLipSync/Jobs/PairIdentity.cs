using System.Security.Cryptography;
using System.Text;

namespace KlingLipSync.Jobs;

/// <summary>What makes two requests the same purchase: the content of both inputs, the model endpoint, the service and the account.</summary>
internal sealed record PairIdentity(string Service, string EndpointId, string Account, string Video, string Audio)
{
    /// <summary>SHA-256 over the parts; the unique key of a job.</summary>
    public string Key => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Join('\n', "1", Service, EndpointId, Account, Video, Audio)))).ToLowerInvariant();

    public static string OfFile(string sha256) => "sha256:" + sha256;

    public static string OfUrl(Uri url) => "url:" + UrlIdentity.Of(url);

    public static string OfKey(string key) => "key:" + key;
}
