using KlingLipSync.Jobs.Store;

namespace KlingLipSync.Jobs.Pairs;

/// <summary>Says who goes with whom, before any file is opened: one clip, one sound a pair. What it cannot match, it names.</summary>
/// <param name="store">Tells our own outputs; null when there is no store yet.</param>
/// <param name="requests">All that the command was given: some faults show only in the whole.</param>
internal sealed class Pairing(JobStore? store, IReadOnlyList<PairRequest> requests)
{
    private readonly Partners partners = new();
    private readonly HashSet<(string?, string?, string?, string?)> seen = [];
    private readonly Lazy<int> clips = new(() => requests.Where(r => !r.Settings.LeavesOut(store, r.Input.VideoPath))
        .Select(r => r.Input.VideoPath ?? r.Input.VideoUrl).OfType<string>().Distinct().Count());

    /// <summary>The sounds in the folders that were looked through that no clip goes with. Whole once all pairs were read.</summary>
    public IReadOnlyList<string> Orphans() => [.. partners.Orphans()];

    /// <summary>A request's pairs, one for each of its sounds.</summary>
    public IEnumerable<NamedPair> Pair(PairRequest request) => Named(request).Select(pair => pair with
    {
        IsRepeat = pair.Faults.Count == 0 && !seen.Add((pair.Video!.Identity, pair.Audio!.Identity, pair.Input.Destination, pair.Input.Key)),
    });

    private IEnumerable<NamedPair> Named(PairRequest request)
    {
        var (input, settings) = request;
        var faults = new List<LipSyncException>();
        var video = Try(faults, () => VideoOf(input, settings));
        if (video is not null && settings.LeavesOut(store, input.VideoPath))
        {
            // Nothing else about it matters: it is not meant.
            return [new(input, settings, video, null,
                [new(LipSyncError.OutputAsInput, $"'{video}' is a file that this module saved; it was left out.")])];
        }

        if (input is { AudioPath.Length: > 0, AudioUrl: not null })
        {
            faults.Add(new(LipSyncError.RowAmbiguous, $"The sound is given twice, as the file '{input.AudioPath[0]}' and as a URL."));
            return [new(input, settings, video, null, faults)];
        }

        if (input.AudioPath.Length > 1 && settings.SharesSounds && clips.Value > 1)
        {
            // Ten clips and ten sounds would be a hundred jobs, and most who type that mean ten.
            faults.Add(new(LipSyncError.PartnerAmbiguous,
                $"'{video}' is one of {clips.Value} clips, and {input.AudioPath.Length} sounds were given for all of them at once: {Names(input.AudioPath)}.")
            {
                Remedy = "Give each clip its own sounds: by -AudioDirectory, by a column AudioPath, or by a script block such as -AudioPath { $_.FullName -replace '\\.mp4$', '.wav' }.",
            });
            return [new(input, settings, video, null, faults)];
        }

        if (input.AudioPath.Length > 0)
        {
            return input.AudioPath.Select(sound => new NamedPair(input with { AudioPath = [sound] }, settings, video, MediaInput.File(sound), faults));
        }

        var audio = Try(faults, () => AudioOf(input, settings, video));
        return [new(audio?.Path is { } found ? input with { AudioPath = [found] } : input, settings, video, audio, faults)];
    }

    /// <exception cref="LipSyncException">None, two, or no URL that fal could fetch.</exception>
    public static MediaInput VideoOf(LipSyncInput input, PairSettings settings) => input switch
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
