using System.Text.Json;
using KlingLipSync.Emulator.Http;

namespace KlingLipSync.Emulator.Control;

/// <summary>What only an emulator has: its ledger, its faults, the lock, a fresh start. No key is asked for.</summary>
internal sealed class ControlRoutes(Ledger ledger, FaultPlan faults, AccountLock accountLock, Action reset)
{
    public Target Find(string method, string[] path) => (method, path) switch
    {
        ("GET", ["ledger"]) => new(null, _ => Task.FromResult(Replies.Json(200, ledger.Snapshot()))),
        ("GET", ["faults"]) => new(null, _ => Task.FromResult(Pending())),
        ("POST", ["faults"]) => new(null, AddFaultsAsync),
        ("DELETE", ["faults"]) => new(null, _ => Done(faults.Clear)),
        ("POST", ["lock"]) => new(null, LockAsync),
        ("DELETE", ["lock"]) => new(null, _ => Done(accountLock.Unlock)),
        ("POST", ["reset"]) => new(null, _ => Done(reset)),
        (_, ["ledger"]) => Target.Fixed(Replies.WrongVerb("GET")),
        (_, ["faults"]) => Target.Fixed(Replies.WrongVerb("GET, POST, DELETE")),
        (_, ["lock"]) => Target.Fixed(Replies.WrongVerb("POST, DELETE")),
        (_, ["reset"]) => Target.Fixed(Replies.WrongVerb("POST")),
        _ => Target.Fixed(Replies.NotFound()),
    };

    private async Task<Reply> AddFaultsAsync(HttpContext context)
    {
        Fault[] wanted;
        try
        {
            wanted = await JsonSerializer.DeserializeAsync<Fault[]>(context.Request.Body, JsonFormat.Options, context.RequestAborted) ?? [];
        }
        catch (JsonException exception)
        {
            return Replies.Detail(400, $"Not a list of faults: {exception.Message}");
        }

        foreach (var fault in wanted)
        {
            if (FaultRules.Complaint(fault) is { } complaint)
                return Replies.Detail(400, complaint);
        }

        faults.Add(wanted);
        return Pending();
    }

    private async Task<Reply> LockAsync(HttpContext context)
    {
        string? reason = null;
        try
        {
            using var document = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
            reason = document.RootElement.GetProperty("reason").GetString();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            // Without a reason it is the usual one.
        }

        accountLock.Lock(reason);
        return Replies.Empty(204);
    }

    private Reply Pending() => Replies.Json(200, new { faults = faults.Pending() });

    private static Task<Reply> Done(Action action)
    {
        action();
        return Task.FromResult(Replies.Empty(204));
    }
}
