using KlingLipSync.Emulator;

namespace KlingLipSync.Bench.Chaos;

/// <summary>Which accepted requests belong to which pair, by the content of what was sent.</summary>
internal sealed class LedgerMatch
{
    private readonly Dictionary<(string Video, string Audio), List<LedgerRequest>> requests = [];

    public LedgerMatch(IReadOnlyList<Pair> pairs, LedgerSnapshot ledger)
    {
        var hashes = ledger.Uploads.ToDictionary(u => u.Url, u => u.Sha256);
        var known = pairs.Select(p => (p.VideoContent, p.AudioContent)).ToHashSet();
        foreach (var request in ledger.Requests)
        {
            var key = (Content(request, "video_url", hashes), Content(request, "audio_url", hashes));
            if (!known.Contains(key))
            {
                Strange.Add(request);
            }
            else if (requests.TryGetValue(key, out var list))
            {
                list.Add(request);
            }
            else
            {
                requests.Add(key, [request]);
            }
        }
    }

    /// <summary>Requests of no pair.</summary>
    public List<LedgerRequest> Strange { get; } = [];

    public IReadOnlyList<LedgerRequest> Of(Pair pair) => requests.GetValueOrDefault((pair.VideoContent, pair.AudioContent), []);

    private static string Content(LedgerRequest request, string field, Dictionary<string, string> hashes)
    {
        var url = request.Input.GetProperty(field).GetString()!;
        return hashes.GetValueOrDefault(url, url);
    }
}
