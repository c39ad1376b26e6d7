using KlingLipSync.Emulator.Accounts;
using KlingLipSync.Emulator.Http;
using KlingLipSync.Emulator.Jobs;

namespace KlingLipSync.Emulator.Platform;

/// <summary>The finished requests of an account, newest or longest first. Open ones are not in it, nor those that ended a moment ago.</summary>
internal sealed class HistoryRoute(EmulatorOptions options, KeyRing keys, JobBoard board)
{
    public Task<Reply> ByEndpointAsync(HttpContext context) =>
        Task.FromResult(Read(context.Request, endpointRequired: true, (items, next_cursor, has_more) => new { items, next_cursor, has_more }));

    public Task<Reply> SearchAsync(HttpContext context) =>
        Task.FromResult(Read(context.Request, endpointRequired: false, (results, next_cursor, has_more) => new { results, next_cursor, has_more }));

    private Reply Read(HttpRequest request, bool endpointRequired, Func<IEnumerable<object>, string?, bool, object> shape)
    {
        if (keys.Complaint(request, "Authorization header is required", out var account) is { } complaint)
            return PlatformReplies.Error(401, "authorization_error", complaint);
        var now = options.Clock.GetUtcNow();
        var query = HistoryQuery.Read(request, endpointRequired, now, out var refusal);
        if (query is null)
            return refusal!;

        var matches = board.All()
            .Where(view => view.Job.Account == account && view.EndedAt is { } end && end + options.HistoryLag <= now && query.Wants(view))
            .OrderByDescending(query.SortKey)
            .ThenByDescending(view => view.Job.Id, StringComparer.Ordinal)
            .SkipWhile(view => query.After is { } after && !Follows(query.SortKey(view), view.Job.Id, after))
            .Take(query.Limit + 1)
            .ToList();
        var page = matches.Take(query.Limit).ToList();
        var more = matches.Count > page.Count;
        return Replies.Json(200, shape(page.Select(view => Item(view, query.WithPayloads)), more ? query.CursorAfter(page[^1]) : null, more));
    }

    private static bool Follows(double key, string id, (double Key, string Id) after) =>
        key < after.Key || (key == after.Key && string.CompareOrdinal(id, after.Id) < 0);

    private static Dictionary<string, object?> Item(JobView view, bool withPayloads)
    {
        var item = new Dictionary<string, object?>
        {
            ["request_id"] = view.Job.Id,
            ["endpoint_id"] = view.Job.EndpointId,
            ["started_at"] = view.StartedAt,
            ["sent_at"] = view.Job.ReceivedAt,
            ["ended_at"] = view.EndedAt,
            ["status_code"] = view.Outcome!.Status,
            ["duration"] = view.InferenceSeconds,
        };
        if (withPayloads && view.PayloadsKept)
        {
            item["json_input"] = view.Job.Input;
            item["json_output"] = System.Text.Json.JsonElement.Parse(view.Outcome.Body);
        }

        return item;
    }
}
