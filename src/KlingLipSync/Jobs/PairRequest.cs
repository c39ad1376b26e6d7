using KlingLipSync.Results;

namespace KlingLipSync.Jobs;

/// <summary>One pair as the user named it, with the command's own settings, before anything was looked at.</summary>
/// <param name="Input">What was handed in: the target of every error about this pair. All paths are full.</param>
/// <param name="AudioDirectory">Where to look for sounds instead of the clip's own folder.</param>
/// <param name="Template">The name of the saved file.</param>
/// <param name="Overwrite">Whether a file in the way is overwritten.</param>
/// <param name="AllowOutputAsInput">Whether our own results may be clips.</param>
internal sealed record PairRequest(LipSyncInput Input, string? AudioDirectory, NameTemplate Template, bool Overwrite, bool AllowOutputAsInput);
