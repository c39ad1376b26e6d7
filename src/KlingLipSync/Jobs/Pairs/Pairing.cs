using KlingLipSync.Jobs.Store;

namespace KlingLipSync.Jobs.Pairs;

/// <summary>Says who goes with whom, before any file is opened: one clip, one sound a pair. What it cannot match, it names.</summary>
/// <param name="store">Tells our own outputs; null when there is no store yet.</param>
/// <param name="requests">All that the command was given: some faults show only in the whole.</param>
internal sealed class Pairing(JobStore? store, IReadOnlyList<PairRequest> requests)
{
    private readonly Partners partners = new();
    private readonly HashSet<(string?, string?, string?, string?)> seen = [];
    private readonly int clips = requests.Select(r => r.Input.VideoPath ?? r.Input.VideoUrl).Distinct().Count();

    /// <summary>How many pairs came in more than once. They are taken once.</summary>
    public int Repeated { get; private set; }

    /// <summary>The sounds in the folders that were looked through that no clip goes with. Whole once all pairs were read.</summary>
    public IReadOnlyList<string> Orphans() => [.. partners.Orphans()];

    /// <summary>A request's pairs, one for each of its sounds, those that came in before left out.</summary>
    public IEnumerable<NamedPair> Pair(PairRequest request)
    {
        foreach (var pair in Named(request))
        {
            if (pair.Faults.Count == 0 && !seen.Add((pair.Video!.Identity, pair.Audio!.Identity, pair.Input.Destination, pair.Input.Key)))
            {
                Repeated++;
                continue;
            }

            yield return pair;
        }
    }

    private IEnumerable<NamedPair> Named(PairRequest request)
    {
        var (input, settings) = request;
        var faults = new List<LipSyncException>();
        var video = Try(faults, () => VideoOf(input, settings));
        if (video?.Path is { } clip && !settings.AllowOutputAsInput && store?.IsOutput(clip) == true)
        {
            // Nothing else about it matters: it is not meant.
            return [new(input, settings, video, null,
                [new(LipSyncError.OutputAsInput, $"'{clip}' is a file that this module saved; it was left out.")])];
        }

        if (input is { AudioPath.Length: > 0, AudioUrl: not null })
        {
            faults.Add(new(LipSyncError.RowAmbiguous, $"The sound is given twice, as the file '{input.AudioPath[0]}' and as a URL."));
            return [new(input, settings, video, null, faults)];
        }

        if (input.AudioPath.Length > 1 && settings.SharesSounds && clips > 1)
        {
            // Ten clips and ten sounds would be a hundred jobs, and most who type that mean ten.
            faults.Add(new(LipSyncError.PartnerAmbiguous,
                $"'{video}' is one of {clips} clips, and {input.AudioPath.Length} sounds were given for all of them at once: {Names(input.AudioPath)}."));
            return [new(input, settings, video, null, faults)];
        }

        if (input.AudioPath.Length > 0)
        {
            return input.AudioPath.Select(sound => new NamedPair(input with { AudioPath = [sound] }, settings, video, MediaInput.File(sound), faults));
        }

        var audio = Try(faults, () => AudioOf(input, settings, video));
        return [new(audio?.Path is { } found ? input with { AudioPath = [found] } : input, settings, video, audio, faults)];
    }

    private static MediaInput VideoOf(LipSyncInput input, PairSettings settings) => input switch
    {
        { VideoPath: not null, VideoUrl: not null } =>
            throw new LipSyncException(LipSyncError.RowAmbiguous, $"The video is given twice, as the file '{input.VideoPath}' and as a URL."),
        { VideoPath: { } path } => MediaInput.File(path),
        { VideoUrl: { } url } => MediaInput.FromUrl(url, settings.AllowLocalUrls),
        _ => throw new LipSyncException(LipSyncError.RowIncomplete,
            "A row without a video came in: neither a path nor a URL. Expected are VideoPath (or PSPath, LiteralPath) or VideoUrl, and AudioPath or AudioUrl."),
    };

    /// <summary>The sound that is not named as a file; null where there is no clip to look for its sound by.</summary>
    private MediaInput? AudioOf(LipSyncInput input, PairSettings settings, MediaInput? video) => input.AudioUrl is { } url
        ? MediaInput.FromUrl(url, settings.AllowLocalUrls)
        : video is null ? null : partners.For(video, settings.AudioDirectory);

    private static T? Try<T>(List<LipSyncException> faults, Func<T?> find) where T : class
    {
        try
        {
            return find();
        }
        catch (LipSyncException e)
        {
            faults.Add(e);
            return null;
        }
    }

    private static string Names(IReadOnlyList<string> paths)
    {
        const int shown = 5;
        var names = string.Join(", ", paths.Take(shown).Select(p => Path.GetFileName(p)));
        return paths.Count > shown ? FormattableString.Invariant($"{names} and {paths.Count - shown} more") : names;
    }
}
