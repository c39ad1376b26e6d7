namespace KlingLipSync.Results;

/// <summary>A result that is whole, verified and flushed, under a name that is not its own yet.</summary>
/// <param name="PartialPath">Where it lies.</param>
/// <param name="FinalPath">Where it belongs.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Lower-case hex over all of it.</param>
internal sealed record DownloadedFile(string PartialPath, string FinalPath, long Bytes, string Sha256);
