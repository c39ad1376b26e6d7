using KlingLipSync.Jobs.Store;
using KlingLipSync.Media;

namespace KlingLipSync.Jobs.Pairs;

/// <summary>A clip or a sound judged by itself.</summary>
/// <param name="Input">What was handed in.</param>
/// <param name="Media">The file or URL; null where the text is no URL.</param>
/// <param name="IsSound">Whether it was judged as a sound.</param>
/// <param name="Facts">What it says about itself, if it was read.</param>
/// <param name="Findings">What the rules found.</param>
/// <param name="Faults">Why it must not be sent; empty when it may be.</param>
internal sealed record LoneMedia(
    LipSyncInput Input, MediaInput? Media, bool IsSound, MediaFacts? Facts, IReadOnlyList<MediaFinding> Findings, IReadOnlyList<LipSyncException> Faults)
{
    /// <summary>The request's clip, or without a clip its sounds.</summary>
    /// <exception cref="LipSyncException">The row names nothing.</exception>
    public static IEnumerable<LoneMedia> Check(PairRequest request, MediaFiles files, JobStore? store)
    {
        var (input, settings) = request;
        if ((input.VideoPath ?? input.VideoUrl) is not null)
        {
            return [Judge(input, settings, () => Pairing.VideoOf(input, settings), sound: false, files, store)];
        }

        if (input is { AudioPath.Length: 0, AudioUrl: null })
        {
            throw new LipSyncException(LipSyncError.RowIncomplete,
                "A row without a clip and a sound came in. Expected are VideoPath (or PSPath, LiteralPath) or VideoUrl, or AudioPath or AudioUrl.");
        }

        return input.AudioPath.Select(path => Judge(input with { AudioPath = [path], AudioUrl = null }, settings, () => MediaInput.File(path), sound: true, files, store))
            .Concat(input.AudioUrl is { } url
                ? [Judge(input with { AudioPath = [] }, settings, () => MediaInput.FromUrl(url, settings.AllowLocalUrls), sound: true, files, store)]
                : []);
    }

    private static LoneMedia Judge(LipSyncInput input, PairSettings settings, Func<MediaInput> find, bool sound, MediaFiles files, JobStore? store)
    {
        MediaInput media;
        try
        {
            media = find();
        }
        catch (LipSyncException e)
        {
            return new(input, null, sound, null, [], [e]);
        }

        var isSound = sound || IsSoundItself(media, files);
        var found = isSound ? MediaJudgement.OfAudio(media, files, settings.SkipMediaCheck) : MediaJudgement.OfVideo(media, files, settings.SkipMediaCheck);
        var ours = !isSound && settings.LeavesOut(store, media.Path)
            ? new LipSyncException(LipSyncError.OutputAsInput, $"'{media}' is a file that this module saved, and no input.")
            : null;
        return new(input, media, isSound, found.Facts, found.Findings, [.. new[] { ours, found.Fault }.OfType<LipSyncException>()]);
    }

    /// <summary>By its name, which fal goes by as well; where that says nothing, by its content.</summary>
    private static bool IsSoundItself(MediaInput media, MediaFiles files) => MediaEndings.IsSound(media.FileName)
        || (!MediaEndings.IsClip(media.FileName) && files.Of(media).Facts is { AudioTracks: > 0, VideoTracks: 0 });
}
