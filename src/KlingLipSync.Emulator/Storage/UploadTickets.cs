using System.Collections.Concurrent;
using KlingLipSync.Emulator.Accounts;

namespace KlingLipSync.Emulator.Storage;

/// <summary>The uploads that were announced.</summary>
internal sealed class UploadTickets(TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, UploadTicket> tickets = new();

    public UploadTicket Issue(string fileName, string contentType, Lifecycle lifecycle, Account owner, bool inParts, TimeSpan lifetime)
    {
        var path = $"{FileNames.Folder()}/{FileNames.Token(10)}_{FileNames.Sanitise(fileName)}";
        var ticket = new UploadTicket(
            FileNames.Token(12), FileNames.Token(16), path, fileName, contentType, lifecycle, owner, inParts, clock.GetUtcNow() + lifetime);
        tickets[ticket.Id] = ticket;
        return ticket;
    }

    /// <summary>The ticket of this id, if it has not run out.</summary>
    public UploadTicket? Find(string id) => tickets.TryGetValue(id, out var ticket) && clock.GetUtcNow() < ticket.ExpiresAt ? ticket : null;

    public void Close(UploadTicket ticket) => tickets.TryRemove(ticket.Id, out _);

    public void Clear() => tickets.Clear();
}
