using System.Collections.Concurrent;
using KlingLipSync.Emulator.Accounts;

namespace KlingLipSync.Emulator.Storage;

/// <summary>An upload that was announced and may now come, whole or in parts.</summary>
internal sealed record UploadTicket(
    string Id, string Signature, string UrlPath, string FileName, string ContentType, Lifecycle Lifecycle, Account Owner, bool InParts, DateTimeOffset ExpiresAt)
{
    /// <summary>The parts that have come, by number. A part sent again replaces the first.</summary>
    public ConcurrentDictionary<int, UploadPart> Parts { get; } = new();
}
