namespace KlingLipSync.Jobs.Pairs;

/// <summary>One clip and the sound it goes with, as far as the names alone tell. No file was opened yet.</summary>
/// <param name="Input">What was handed in, with the sound that was found.</param>
/// <param name="Settings">The command's settings.</param>
/// <param name="Video">The clip; null where the row names none.</param>
/// <param name="Audio">The sound; null where there is none, or too many.</param>
/// <param name="Faults">Why the two cannot go together; empty when they can.</param>
internal sealed record NamedPair(LipSyncInput Input, PairSettings Settings, MediaInput? Video, MediaInput? Audio, IReadOnlyList<LipSyncException> Faults)
{
    /// <summary>The same pair for the same place came in before. It is taken once.</summary>
    public bool IsRepeat { get; init; }
}
