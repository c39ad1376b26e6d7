using KlingLipSync.Media;
using KlingLipSync.Results;

namespace KlingLipSync.Jobs.Pairs;

/// <summary>All that is known of a pair before a byte of it leaves the machine.</summary>
internal sealed record CheckedPair
{
    public required NamedPair Named { get; init; }

    /// <summary>What the clip says about itself; null for a URL that was not read, and where there is no clip.</summary>
    public MediaFacts? VideoFacts { get; init; }

    public MediaFacts? AudioFacts { get; init; }

    /// <summary>What the endpoint's rules found: of the clip, of the sound, of the two together.</summary>
    public required IReadOnlyList<MediaFinding> Findings { get; init; }

    /// <summary>Why the pair must not be sent; empty when it may be.</summary>
    public required IReadOnlyList<LipSyncException> Faults { get; init; }

    /// <summary>The file to be saved, where its name is known before there is a job.</summary>
    public string? OutputPath { get; init; }

    public LipSyncQuote? Price => VideoFacts is null ? null : LipSyncPrice.Quote(VideoFacts);

    public bool IsOurOutput => Faults.Any(f => f.Error == LipSyncError.OutputAsInput);

    /// <summary>All faults as one error: its name is the first one's, its words are all of theirs, so that a pair is mended in one go.</summary>
    public LipSyncException Refusal => Faults.Count == 1 ? Faults[0]
        : new(Faults[0].Error, string.Join(' ', Faults.Select(f => f.Message)), Faults[0].InnerException)
        {
            Remedy = Faults.Select(f => f.Remedy).OfType<string>().Distinct().ToList() is { Count: > 0 } remedies ? string.Join(Environment.NewLine, remedies) : null,
        };

    /// <summary>The pair to be paid for. Only without faults.</summary>
    public PlannedPair Planned => new()
    {
        Input = Named.Input,
        Video = Named.Video!,
        Audio = Named.Audio!,
        Price = Price,
        Target = TargetOf(Named),
        Key = Named.Input.Key,
        Tag = Named.Input.Tag,
    };

    public static SaveTarget? TargetOf(NamedPair pair) => pair.Input.Destination is { } folder
        ? new SaveTarget(folder, pair.Settings.Template, pair.Settings.Overwrite)
        : null;
}
