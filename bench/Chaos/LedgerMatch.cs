using KlingLipSync.Emulator;

namespace KlingLipSync.Bench.Chaos;

/// <summary>Which accepted requests belong to which pair, by the content of what was sent.</summary>
internal sealed class LedgerMatch
{
    private readonly Dictionary<(string Video, string Audio), List<LedgerRequest>> requests = [];
    private readonly Dictionary<string, string> names = [];

    public LedgerMatch(IReadOnlyList<Pair> pairs, LedgerSnapshot ledger)
    {
        var contents = ledger.Uploads.ToDictionary(u => u.Url, u => u.Sha256);
        foreach (var pair in pairs.Where(p => !p.IsUrl))
        {
            names[Path.GetFileName(pair.Video)] = pair.VideoContent;
            names[Path.GetFileName(pair.Audio)] = pair.AudioContent;
        }

        var known = pairs.Select(p => (p.VideoContent, p.AudioContent)).ToHashSet();
        foreach (var request in ledger.Requests)
        {
            var key = (Content(request, "video_url", contents), Content(request, "audio_url", contents));
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

    private string Content(LedgerRequest request, string field, Dictionary<string, string> contents)
    {
        var url = request.Input.GetProperty(field).GetString()!;

        // A file that was announced and never arrived is known by its name, which ends the URL.
        return contents.GetValueOrDefault(url) ?? names.GetValueOrDefault(url[(url.LastIndexOf('_') + 1)..], url);
    }
}
