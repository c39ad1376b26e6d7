using System.Text;
using System.Text.Json;
using KlingLipSync.Emulator.Accounts;
using KlingLipSync.Emulator.Control;
using KlingLipSync.Emulator.Http;
using KlingLipSync.Emulator.Jobs;
using KlingLipSync.Emulator.Model;

namespace KlingLipSync.Emulator.Queue;

/// <summary>Takes requests in, into the queue or for a blocking call. The input is not looked at here: what is wrong with it shows at the result.</summary>
internal sealed class SubmitRoute(
    EmulatorOptions options, KeyRing keys, AccountLock accountLock, JobBoard board, StatusDocument document, CancellationToken stopping)
{
    private const int LargestBody = 32 * 1024 * 1024;

    public async Task<Reply> SubmitAsync(HttpContext context, string app, string path)
    {
        var (job, refusal) = await ReadAsync(context, app, path);
        if (job is null)
            return refusal!;
        if (job.Preferences.LongestQueue is { } longest && board.Waiting() > longest)
            return Replies.Detail(429, $"Queue is longer than the requested maximum of {longest}");
        var receipt = board.Submit(job);
        return Replies.Json(200, document.Write(receipt, log: null)).With("x-fal-request-id", job.Id);
    }

    /// <summary>The blocking call: it holds the connection for the whole run and is refused when no slot is free.</summary>
    public async Task<Reply> RunAsync(HttpContext context, string app, string path)
    {
        var (job, refusal) = await ReadAsync(context, app, path);
        if (job is null)
            return refusal!;
        if (!board.TryStart(job))
        {
            var limit = options.Concurrency;
            return Replies
                .Json(429, new { detail = $"Reached concurrent requests limit of {limit}", type = "concurrent_requests_limit", data = new { limit } })
                .With("X-Fal-Needs-Retry", "1");
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, context.RequestAborted);
        while (true)
        {
            var changed = job.Changed;
            if (board.Look(job) is { State: JobState.Completed } view)
                return ResultRoute.Tell(view);
            await changed.WaitAsync(either.Token);
        }
    }

    private async Task<(Job? Job, Reply? Refusal)> ReadAsync(HttpContext context, string app, string path)
    {
        var request = context.Request;
        if (keys.RefuseApp(request, app, out var account) is { } unknown)
            return (null, unknown);
        if (app != LipSyncModel.App)
            return (null, Replies.Detail(404, $"Application \"{app[(app.IndexOf('/') + 1)..]}\" not found"));
        if (accountLock.Refuse() is { } locked)
            return (null, locked);
        var preferences = Preferences.Read(request, out var malformed);
        if (preferences is null)
            return (null, malformed);
        var body = await ReadBodyAsync(request, context.RequestAborted);
        if (body is null)
            return (null, Replies.Detail(413, "Request body is too large"));
        return (new Job
        {
            Account = account,
            App = app,
            Path = path,
            Input = Parse(body),
            Preferences = preferences,
            Headers = FalHeaders(request),
            ReceivedAt = options.Clock.GetUtcNow(),
        }, null);
    }

    private static async Task<byte[]?> ReadBodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream((int)Math.Clamp(request.ContentLength ?? 512, 0, LargestBody));
        var chunk = new byte[8192];
        int read;
        while ((read = await request.Body.ReadAsync(chunk, cancellationToken)) > 0)
        {
            if (buffer.Length + read > LargestBody)
                return null;
            buffer.Write(chunk, 0, read);
        }

        return buffer.ToArray();
    }

    /// <summary>What is not JSON is taken too, as text: it fails when it runs.</summary>
    private static JsonElement Parse(byte[] body)
    {
        try
        {
            return JsonElement.Parse(body);
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(Encoding.UTF8.GetString(body));
        }
    }

    private static Dictionary<string, string> FalHeaders(HttpRequest request) => request.Headers
        .Where(header => header.Key.StartsWith("x-fal-", StringComparison.OrdinalIgnoreCase) || header.Key.StartsWith("x-app-fal-", StringComparison.OrdinalIgnoreCase))
        .ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString());
}
