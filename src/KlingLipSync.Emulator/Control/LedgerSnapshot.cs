using System.Text.Json;

namespace KlingLipSync.Emulator;

/// <summary>What an emulator has seen and done so far.</summary>
/// <param name="Requests">Every accepted submission, oldest first.</param>
/// <param name="Uploads">Every file that arrived whole, oldest first.</param>
/// <param name="Counts">Hits by route name, refused and faulted ones included.</param>
/// <param name="KeyLeaks">How often a key was sent to the CDN or to an upload URL.</param>
/// <param name="DownloadedBytes">The bytes of all bodies that the CDN sent, faulted ones included.</param>
public sealed record LedgerSnapshot(
    IReadOnlyList<LedgerRequest> Requests,
    IReadOnlyList<LedgerUpload> Uploads,
    IReadOnlyDictionary<string, int> Counts,
    int KeyLeaks,
    long DownloadedBytes)
{
    /// <summary>What all requests cost.</summary>
    public decimal AmountUsd => Requests.Sum(request => request.AmountUsd);

    /// <summary>The hits of one route.</summary>
    public int Hits(EmulatorRoute route) => Counts[JsonNamingPolicy.SnakeCaseLower.ConvertName(route.ToString())];
}
