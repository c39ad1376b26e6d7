using System.Globalization;
using System.Text.Json;
using KlingLipSync.Emulator.Http;

namespace KlingLipSync.Emulator.Storage;

/// <summary>Takes in the bytes of an upload, whole or in parts, whichever door they come through.</summary>
internal sealed class UploadIntake(FileStore files, TimeProvider clock)
{
    private const int MostParts = 10_000;

    public async Task<StoredFile> WholeAsync(HttpRequest request, UploadTicket ticket, CancellationToken cancellationToken)
    {
        await using var file = new HashingFile(files.NewDiskPath());
        await file.AppendAsync(request.Body, cancellationToken);
        return await KeepAsync(file, ticket);
    }

    /// <summary>Takes one part; the caller decides how its ETag is told.</summary>
    public async Task<(UploadPart? Part, Reply? Refusal)> PartAsync(HttpRequest request, UploadTicket ticket, string number, CancellationToken cancellationToken)
    {
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var n) || n is < 1 or > MostParts)
            return (null, Replies.Detail(400, "Invalid part number"));
        await using var file = new HashingFile(files.NewDiskPath());
        await file.AppendAsync(request.Body, cancellationToken);
        var part = new UploadPart(n, $"\"{(await file.FinishAsync())[..32]}\"", file.Path);
        if (ticket.Parts.TryGetValue(n, out var old))
            File.Delete(old.DiskPath);
        ticket.Parts[n] = part;
        return (part, null);
    }

    /// <summary>Joins the parts in the order the client lists them, which has to be all of them with their own ETags.</summary>
    public async Task<(StoredFile? File, Reply? Refusal)> CompleteAsync(HttpRequest request, UploadTicket ticket, CancellationToken cancellationToken)
    {
        PartList? list;
        try
        {
            list = await JsonSerializer.DeserializeAsync<PartList>(request.Body, PartList.Format, cancellationToken);
        }
        catch (JsonException)
        {
            return (null, Replies.Detail(400, "Malformed list of parts"));
        }

        if (list?.Parts is not { Count: > 0 } named)
            return (null, Replies.Detail(400, "The list of parts is empty"));
        for (var i = 0; i < named.Count; i++)
        {
            if (named[i].PartNumber != i + 1 || !ticket.Parts.TryGetValue(i + 1, out var part) || part.ETag.Trim('"') != named[i].ETag?.Trim('"'))
                return (null, Replies.Detail(400, $"One or more of the specified parts could not be found or do not match: {named[i].PartNumber}"));
        }

        await using var file = new HashingFile(files.NewDiskPath());
        for (var i = 1; i <= named.Count; i++)
        {
            await using var source = File.OpenRead(ticket.Parts[i].DiskPath);
            await file.AppendAsync(source, cancellationToken);
        }

        foreach (var part in ticket.Parts.Values)
            File.Delete(part.DiskPath);
        return (await KeepAsync(file, ticket), null);
    }

    private async Task<StoredFile> KeepAsync(HashingFile file, UploadTicket ticket)
    {
        var stored = new StoredFile
        {
            UrlPath = ticket.UrlPath,
            DiskPath = file.Path,
            Length = file.Length,
            Sha256 = await file.FinishAsync(),
            ContentType = ticket.ContentType,
            Owner = ticket.Owner,
            CreatedAt = clock.GetUtcNow(),
            Lifecycle = ticket.Lifecycle,
        };
        files.AddUpload(stored, ticket.FileName);
        return stored;
    }
}
