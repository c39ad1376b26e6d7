using System.Text.Json;
using KlingLipSync.Emulator.Accounts;
using KlingLipSync.Emulator.Control;
using KlingLipSync.Emulator.Http;

namespace KlingLipSync.Emulator.Storage;

/// <summary>Uploads straight to the CDN with a bearer token, whole or in parts.</summary>
internal sealed class TokenRoutes(
    KeyRing keys, AccountLock accountLock, CdnTokens tokens, UploadTickets tickets, UploadIntake intake, BaseAddress address, HitCounter counter)
{
    private static readonly TimeSpan DefaultLifetime = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestLifetime = TimeSpan.FromDays(30);

    public async Task<Reply> IssueAsync(HttpContext context)
    {
        var request = context.Request;
        if ((keys.RefuseStorage(request, out var account) ?? accountLock.Refuse()) is { } refusal)
            return refusal;
        var (token, expiresAt) = tokens.Issue(account, await ReadLifetimeAsync(request, context.RequestAborted));
        return Replies.Json(200, new { token, token_type = "Bearer", base_url = address.Cdn, expires_at = expiresAt.ToString("O") });
    }

    public async Task<Reply> UploadAsync(HttpContext context)
    {
        var ticket = Announce(context.Request, inParts: false, out var refusal);
        if (ticket is null)
            return refusal!;
        var file = await intake.WholeAsync(context.Request, ticket, context.RequestAborted);
        tickets.Close(ticket);
        return Replies.Json(200, new { access_url = address.File(file.UrlPath) });
    }

    public Task<Reply> OpenAsync(HttpContext context)
    {
        var ticket = Announce(context.Request, inParts: true, out var refusal);
        return Task.FromResult(ticket is null
            ? refusal!
            : Replies.Json(200, JsonSerializer.SerializeToUtf8Bytes(new { access_url = address.File(ticket.UrlPath), uploadId = ticket.Id })));
    }

    public async Task<Reply> PartAsync(HttpContext context, string path, string id, string number)
    {
        var ticket = Admit(context.Request, path, id, out var refusal);
        if (ticket is null)
            return refusal!;
        var (part, complaint) = await intake.PartAsync(context.Request, ticket, number, context.RequestAborted);
        if (part is null)
            return complaint!;
        // A compressing proxy in between drops the ETag unless it is told to keep its hands off.
        return Replies.Empty(200).With("ETag", context.Request.Headers.AcceptEncoding == "identity" ? part.ETag : null);
    }

    public async Task<Reply> CompleteAsync(HttpContext context, string path, string id)
    {
        var ticket = Admit(context.Request, path, id, out var refusal);
        if (ticket is null)
            return refusal!;
        var (file, complaint) = await intake.CompleteAsync(context.Request, ticket, context.RequestAborted);
        if (file is null)
            return complaint!;
        tickets.Close(ticket);
        return Replies.Json(200, new { access_url = address.File(file.UrlPath) });
    }

    private UploadTicket? Announce(HttpRequest request, bool inParts, out Reply? refusal)
    {
        if (Account(request, out refusal) is not { } account)
            return null;
        var lifecycle = Lifecycle.Read(request, Lifecycle.CdnHeader, out refusal);
        if (lifecycle is null)
            return null;
        string? name = request.Headers["X-Fal-File-Name"];
        return tickets.Issue(name ?? "file", request.ContentType ?? "application/octet-stream", lifecycle, account, inParts, DefaultLifetime);
    }

    private UploadTicket? Admit(HttpRequest request, string path, string id, out Reply? refusal)
    {
        if (Account(request, out refusal) is not { } account)
            return null;
        var ticket = tickets.Find(id);
        if (ticket is not null && ticket.InParts && ticket.UrlPath == path && ticket.Owner == account)
            return ticket;
        refusal = Replies.NotFound();
        return null;
    }

    private Account? Account(HttpRequest request, out Reply? refusal)
    {
        string? authorization = request.Headers.Authorization;
        if (KeyRing.IsKey(authorization))
            counter.KeyLeaked();
        var account = tokens.Find(authorization);
        refusal = account is null ? Replies.Detail(401, "Invalid or expired token") : null;
        return account;
    }

    private static async Task<TimeSpan> ReadLifetimeAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(request.Body, cancellationToken: cancellationToken);
            if (document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("expiration_seconds", out var seconds)
                && seconds.TryGetDouble(out var value) && value > 0)
                return TimeSpan.FromSeconds(Math.Min(value, LongestLifetime.TotalSeconds));
        }
        catch (JsonException)
        {
            // An empty body means the default.
        }

        return DefaultLifetime;
    }
}
