namespace KlingLipSync.Emulator;

/// <summary>One file that arrived whole.</summary>
/// <param name="Url">The URL it can be read at.</param>
/// <param name="Bytes">How long it is.</param>
/// <param name="Sha256">Its hash, in lower-case hex.</param>
/// <param name="ContentType">The content type it is served with.</param>
/// <param name="FileName">The name it was announced under.</param>
/// <param name="ExpirationSeconds">After how many seconds it disappears, if it does.</param>
public sealed record LedgerUpload(string Url, long Bytes, string Sha256, string ContentType, string FileName, long? ExpirationSeconds);
