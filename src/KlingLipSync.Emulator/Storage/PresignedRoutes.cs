using System.Text.Json;
using KlingLipSync.Emulator.Accounts;
using KlingLipSync.Emulator.Control;
using KlingLipSync.Emulator.Http;

namespace KlingLipSync.Emulator.Storage;

/// <summary>Uploads through a URL that carries its own permission: no key, the announced content type, soon.</summary>
internal sealed class PresignedRoutes(
    EmulatorOptions options, KeyRing keys, AccountLock accountLock, UploadTickets tickets, UploadIntake intake, BaseAddress address, HitCounter counter)
{
    private const string SignatureParameter = "X-Amz-Signature";

    public async Task<Reply> InitiateAsync(HttpContext context, bool inParts)
    {
        var request = context.Request;
        if ((keys.RefuseStorage(request, out var account) ?? accountLock.Refuse()) is { } refusal)
            return refusal;
        if (request.Query["storage_type"].ToString() is not ("fal-cdn-v3" or "gcs"))
            return Replies.Detail(400, "Unknown storage_type");
        var lifecycle = Lifecycle.Read(request, Lifecycle.RequestHeader, out var malformed);
        if (lifecycle is null)
            return malformed!;

        var (announcement, complaint) = await ReadAnnouncementAsync(request, context.RequestAborted);
        if (announcement is null)
            return complaint!;
        var ticket = tickets.Issue(announcement.FileName!, announcement.ContentType!, lifecycle, account, inParts, options.UploadUrlLifetime);
        return Replies.Json(200, new
        {
            upload_url = $"{address.Cdn}/upload/{ticket.Id}?X-Amz-Expires={(int)options.UploadUrlLifetime.TotalSeconds}&{SignatureParameter}={ticket.Signature}",
            file_url = address.File(ticket.UrlPath),
        });
    }

    public async Task<Reply> PutAsync(HttpContext context, string id)
    {
        var ticket = Admit(context.Request, id, inParts: false, out var refusal);
        if (ticket is null)
            return refusal!;
        if (context.Request.ContentType != ticket.ContentType)
            return Replies.Detail(403, "SignatureDoesNotMatch: Content-Type differs from the announced one");
        var file = await intake.WholeAsync(context.Request, ticket, context.RequestAborted);
        return Replies.Empty(200).With("ETag", file.ETag);
    }

    public async Task<Reply> PartAsync(HttpContext context, string id, string number)
    {
        var ticket = Admit(context.Request, id, inParts: true, out var refusal);
        if (ticket is null)
            return refusal!;
        var (part, complaint) = await intake.PartAsync(context.Request, ticket, number, context.RequestAborted);
        return part is null
            ? complaint!
            : Replies.Json(200, JsonSerializer.SerializeToUtf8Bytes(new { partNumber = part.Number, etag = part.ETag })).With("ETag", part.ETag);
    }

    public async Task<Reply> CompleteAsync(HttpContext context, string id)
    {
        var ticket = Admit(context.Request, id, inParts: true, out var refusal);
        if (ticket is null)
        {
            return refusal!;
        }

        var (file, complaint) = await intake.CompleteAsync(context.Request, ticket, context.RequestAborted);
        if (file is null)
            return complaint!;
        tickets.Close(ticket);
        return Replies.Json(200, new { file_url = address.File(file.UrlPath) });
    }

    private UploadTicket? Admit(HttpRequest request, string id, bool inParts, out Reply? refusal)
    {
        string? authorization = request.Headers.Authorization;
        if (!string.IsNullOrEmpty(authorization))
        {
            if (KeyRing.IsKey(authorization))
                counter.KeyLeaked();
            refusal = Replies.Detail(403, "Only one auth mechanism allowed: the URL carries its own");
            return null;
        }

        var ticket = tickets.Find(id);
        var good = ticket is not null && ticket.InParts == inParts && request.Query[SignatureParameter] == ticket.Signature;
        refusal = good ? null : Replies.Detail(403, "Request has expired or its signature does not match");
        return good ? ticket : null;
    }

    private static async Task<(Announcement? Announcement, Reply? Refusal)> ReadAnnouncementAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        Announcement? announcement = null;
        try
        {
            announcement = await JsonSerializer.DeserializeAsync<Announcement>(request.Body, Announcement.Format, cancellationToken);
        }
        catch (JsonException)
        {
            // Told below, like an absent body.
        }

        string? missing = announcement switch
        {
            null or { ContentType: null or "" } => "content_type",
            { FileName: null or "" } => "file_name",
            _ => null,
        };
        return missing is null
            ? (announcement, null)
            : (null, Replies.Json(422, new { detail = new[] { new { loc = new[] { "body", missing }, msg = "Field required", type = "missing" } } }));
    }
}
