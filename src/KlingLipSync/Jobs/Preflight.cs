using KlingLipSync.Jobs.Store;
using KlingLipSync.Media;

namespace KlingLipSync.Jobs;

/// <summary>Checks and prices pairs before anything leaves the machine: partner, file, media rules, output path.</summary>
/// <param name="store">Tells our own outputs; null when there is no store yet.</param>
/// <param name="requests">All pairs of the command, so that no result takes the place of any of its inputs.</param>
/// <param name="now">Stands for the time of jobs that are yet to be.</param>
internal sealed class Preflight(JobStore? store, IEnumerable<PairRequest> requests, DateTimeOffset now)
{
    private readonly Partners partners = new();
    private readonly DestinationCheck destinations = new();
    private readonly Dictionary<string, LipSyncInput> planned = new(PathNames.Comparer);
    private readonly HashSet<string> inputs = requests.SelectMany(r => r.Input.AudioPath.Append(r.Input.VideoPath ?? "")).ToHashSet(PathNames.Comparer);

    /// <summary>The planned pair and what is worth a warning.</summary>
    /// <exception cref="LipSyncException">The pair must not be paid for; the message says which rule and what was measured.</exception>
    public (PlannedPair Pair, IReadOnlyList<string> Warnings) Check(PairRequest request)
    {
        var input = request.Input;
        var video = VideoOf(input);
        if (video.Path is { } clip && IsLeftOut(request, clip))
        {
            throw new LipSyncException(LipSyncError.OutputAsInput, $"'{clip}' is a file that this module saved; it was left out.");
        }

        var warnings = new List<string>();
        var facts = video.Path is null ? null : CheckFile(video.Path, LipSyncRules.CheckVideo, warnings);
        var audio = AudioOf(request, input, video);
        if (audio.Path is not null)
        {
            CheckFile(audio.Path, LipSyncRules.CheckAudio, warnings);
        }

        var pair = new PlannedPair
        {
            // With the sound that was found, so that piping it back means the same pair wherever it comes from.
            Input = audio.Path is null ? input : input with { AudioPath = [audio.Path] },
            Video = video,
            Audio = audio,
            Price = facts is null ? null : LipSyncPrice.Quote(facts),
            Target = input.Destination is { } folder ? new SaveTarget(folder, request.Template, request.Overwrite) : null,
            Key = input.Key,
            Tag = input.Tag,
        };
        CheckOutput(request, pair);
        return (pair, warnings);
    }

    private static MediaInput VideoOf(LipSyncInput input) => input switch
    {
        { VideoPath: not null, VideoUrl: not null } =>
            throw new LipSyncException(LipSyncError.RowAmbiguous, $"The video is given twice, as the file '{input.VideoPath}' and as a URL."),
        { VideoPath: { } path } => MediaInput.File(path),
        { VideoUrl: { } url } => MediaInput.FromUrl(url),
        _ => throw new LipSyncException(LipSyncError.RowIncomplete,
            "A row without a video came in: neither a path nor a URL. Expected are VideoPath (or PSPath, LiteralPath) or VideoUrl, and AudioPath or AudioUrl."),
    };

    private MediaInput AudioOf(PairRequest request, LipSyncInput input, MediaInput video) => input switch
    {
        { AudioPath.Count: > 0, AudioUrl: not null } =>
            throw new LipSyncException(LipSyncError.RowAmbiguous, $"The sound is given twice, as the file '{input.AudioPath[0]}' and as a URL."),
        { AudioPath.Count: > 1 } =>
            throw new LipSyncException(LipSyncError.PartnerAmbiguous, $"'{video}' was given {input.AudioPath.Count} sounds: {string.Join(", ", input.AudioPath)}."),
        { AudioPath.Count: 1 } => MediaInput.File(input.AudioPath[0]),
        { AudioUrl: { } url } => MediaInput.FromUrl(url),
        _ => partners.For(video, request.AudioDirectory),
    };

    private static MediaFacts CheckFile(string path, Func<MediaFacts, string, IReadOnlyList<MediaFinding>> check, List<string> warnings)
    {
        MediaFacts facts;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
            if (file.Length == 0)
            {
                throw new LipSyncException(LipSyncError.FileEmpty, $"'{path}' is empty.");
            }

            facts = MediaReader.Read(file);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new LipSyncException(LipSyncError.FileNotFound, $"'{path}' does not exist.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LipSyncException(LipSyncError.FileUnreadable, $"'{path}' cannot be read: {e.Message}", e);
        }

        var findings = check(facts, path);
        if (findings.Where(f => f.Severity == MediaSeverity.Refuse).ToList() is { Count: > 0 } refusals)
        {
            throw new LipSyncException(LipSyncError.MediaUnfit, string.Join(' ', refusals.Select(f => f.Message)))
            {
                Remedy = refusals[0].Remedy,
            };
        }

        warnings.AddRange(findings.Where(f => f.Severity == MediaSeverity.Warn).Select(f => f.Message));
        return facts;
    }

    /// <summary>A result of an earlier run beside its clip, which the same wildcard finds, is no input.</summary>
    private bool IsLeftOut(PairRequest request, string path) => !request.AllowOutputAsInput && store?.IsOutput(path) == true;

    private void CheckOutput(PairRequest request, PlannedPair pair)
    {
        if (pair.Target is not { } target)
        {
            return;
        }

        destinations.Check(target.Folder);
        if (target.Template.IsUnique)
        {
            return;
        }

        var path = target.PathFor(pair, now);
        if ((inputs.Contains(path) && !IsLeftOut(request, path)) || PathNames.Comparer.Equals(path, pair.Audio.Path))
        {
            throw new LipSyncException(LipSyncError.OutputCollision, $"The result of '{pair.Video}' would be saved over the input '{path}'.");
        }

        if (!planned.TryAdd(path, request.Input))
        {
            throw new LipSyncException(LipSyncError.OutputCollision,
                $"'{pair.Video}' and '{planned[path]}' would both be saved as '{path}'.");
        }

        // A file that the store knows may be this very pair's, from an earlier run: the claim tells.
        if (!target.Overwrite && File.Exists(path) && store?.IsOutput(path) != true)
        {
            throw new LipSyncException(LipSyncError.OutputExists, $"'{path}' exists already.");
        }
    }
}
