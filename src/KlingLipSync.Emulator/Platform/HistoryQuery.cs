using System.Globalization;
using System.Text;
using KlingLipSync.Emulator.Http;
using KlingLipSync.Emulator.Jobs;

namespace KlingLipSync.Emulator.Platform;

/// <summary>What a look into the history asks for.</summary>
internal sealed record HistoryQuery(
    IReadOnlyList<string> Endpoints, IReadOnlyList<string> RequestIds, DateTimeOffset Start, DateTimeOffset End,
    string? Status, bool WithPayloads, bool ByDuration, int Limit, (double Key, string Id)? After)
{
    private const int MostIds = 50;
    private const int MostItems = 100;
    private const int DefaultItems = 50;

    public static HistoryQuery? Read(HttpRequest request, bool endpointRequired, DateTimeOffset now, out Reply? refusal)
    {
        try
        {
            var query = request.Query;
            var endpoints = List(query["endpoint_id"]);
            if (endpointRequired && endpoints.Count == 0)
                throw new FormatException("endpoint_id is required");
            var ids = List(query["request_id"]);
            if (endpoints.Count > MostIds || ids.Count > MostIds)
                throw new FormatException($"At most {MostIds} ids can be given");
            refusal = null;
            return new HistoryQuery(
                endpoints,
                ids,
                Time(query["start"], "start") ?? now - TimeSpan.FromDays(ids.Count > 0 ? 90 : 1),
                Time(query["end"], "end") ?? DateTimeOffset.MaxValue,
                OneOf(query["status"], "status", "success", "error", "user_error"),
                List(query["expand"]).Contains("payloads"),
                OneOf(query["sort_by"], "sort_by", "ended_at", "duration") == "duration",
                Count(query["limit"]),
                Cursor(query["cursor"]));
        }
        catch (FormatException exception)
        {
            refusal = PlatformReplies.Error(400, "validation_error", exception.Message);
            return null;
        }
    }

    public bool Wants(JobView view) =>
        (Endpoints.Count == 0 || Endpoints.Contains(view.Job.EndpointId))
        && (RequestIds.Count == 0 || RequestIds.Contains(view.Job.Id))
        && view.EndedAt >= Start && view.EndedAt < End
        && (Status is null || Status == Class(view.Outcome!.Status));

    public double SortKey(JobView view) => ByDuration ? view.InferenceSeconds ?? 0 : view.EndedAt!.Value.UtcTicks;

    public string CursorAfter(JobView view) =>
        Convert.ToBase64String(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{SortKey(view):R}|{view.Job.Id}")));

    private static string Class(int status) => status switch { < 400 => "success", < 500 => "user_error", _ => "error" };

    private static List<string> List(IEnumerable<string?> values) =>
        [.. values.SelectMany(value => (value ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];

    private static DateTimeOffset? Time(string? text, string name)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw new FormatException($"{name} is not an ISO-8601 time");
    }

    private static string? OneOf(string? text, string name, params ReadOnlySpan<string> known)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        return known.Contains(text) ? text : throw new FormatException($"{name} has to be one of {string.Join(", ", known.ToArray())}");
    }

    private static int Count(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return DefaultItems;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= MostItems
            ? count
            : throw new FormatException($"limit has to lie between 1 and {MostItems}");
    }

    private static (double Key, string Id)? Cursor(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        var bytes = new byte[text.Length];
        if (Convert.TryFromBase64String(text, bytes, out var count)
            && Encoding.ASCII.GetString(bytes, 0, count).Split('|') is [var key, var id]
            && double.TryParse(key, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            return (value, id);
        throw new FormatException("cursor is not one of ours");
    }
}
