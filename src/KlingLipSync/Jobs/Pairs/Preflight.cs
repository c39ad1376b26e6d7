using KlingLipSync.Jobs.Store;
using KlingLipSync.Media;

namespace KlingLipSync.Jobs.Pairs;

/// <summary>Checks and prices pairs before anything leaves the machine: who goes with whom, the files, the endpoint's rules, the names of the results.</summary>
/// <param name="store">Tells our own outputs; null when there is no store yet.</param>
/// <param name="files">Reads the inputs.</param>
/// <param name="requests">All that the command was given: some faults show only in the whole.</param>
/// <param name="now">Stands for the time of jobs that are yet to be.</param>
/// <param name="isRehearsal">Whether nothing may be written.</param>
internal sealed class Preflight(JobStore? store, MediaFiles files, IReadOnlyList<PairRequest> requests, DateTimeOffset now, bool isRehearsal)
{
    private readonly Pairing pairing = new(store, requests);
    private readonly OutputNames names = new(store, requests, now, isRehearsal);

    /// <summary>The sounds that no clip goes with. Whole once all pairs were checked.</summary>
    public IReadOnlyList<string> Orphans() => pairing.Orphans();

    /// <summary>A request's pairs with all that was found, good or bad. Each request once, in the order of the input.</summary>
    public IEnumerable<CheckedPair> Check(PairRequest request) => pairing.Pair(request).Select(Check);

    private CheckedPair Check(NamedPair pair)
    {
        if (pair.Faults.Any(f => f.Error == LipSyncError.OutputAsInput))
        {
            return new CheckedPair { Named = pair, Findings = [], Faults = pair.Faults };
        }

        var skip = pair.Settings.SkipMediaCheck;
        var video = pair.Video is null ? null : MediaJudgement.OfVideo(pair.Video, files, skip);
        var audio = pair.Audio is null ? null : MediaJudgement.OfAudio(pair.Audio, files, skip);
        List<LipSyncException?> faults = [video?.Fault, .. pair.Faults, audio?.Fault];
        var output = pair is { Video: not null, Audio: not null, IsRepeat: false } && CheckedPair.TargetOf(pair) is { } target
            ? TakeName(pair, target, faults)
            : null;
        return new CheckedPair
        {
            Named = pair,
            VideoFacts = video?.Facts,
            AudioFacts = audio?.Facts,
            Findings = [.. video?.Findings ?? [], .. audio?.Findings ?? [], .. Together(pair, video?.Facts, audio?.Facts)],
            Faults = [.. faults.OfType<LipSyncException>()],
            OutputPath = output,
        };
    }

    private string? TakeName(NamedPair pair, SaveTarget target, List<LipSyncException?> faults)
    {
        try
        {
            return names.Take(pair, target, isSent: faults.TrueForAll(f => f is null));
        }
        catch (LipSyncException e)
        {
            faults.Add(e);
            return null;
        }
    }

    private static IReadOnlyList<MediaFinding> Together(NamedPair pair, MediaFacts? video, MediaFacts? audio) =>
        video is not null && audio is not null ? LipSyncRules.CheckPair(video, MediaJudgement.Name(pair.Video!), audio, MediaJudgement.Name(pair.Audio!)) : [];
}
