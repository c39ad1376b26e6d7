using System.Globalization;
using KlingLipSync.Emulator.Http;
using KlingLipSync.Emulator.Storage;

namespace KlingLipSync.Emulator.Jobs;

/// <summary>What a submission asks for beside its input.</summary>
internal sealed record Preferences(TimeSpan? StartTimeout, bool LowPriority, bool? StorePayloads, Lifecycle OutputLifecycle, int? LongestQueue)
{
    private const double ShortestStartTimeout = 0.1;

    public static Preferences? Read(HttpRequest request, out Reply? refusal)
    {
        var lifecycle = Lifecycle.Read(request, Lifecycle.RequestHeader, out refusal);
        if (lifecycle is null || !ReadStartTimeout(request, out var startTimeout, out refusal) || !ReadLongestQueue(request, out var longestQueue, out refusal))
            return null;
        var low = string.Equals(request.Headers["X-Fal-Queue-Priority"], "low", StringComparison.OrdinalIgnoreCase);
        bool? store = request.Headers["X-Fal-Store-IO"].ToString() switch { "0" => false, "1" => true, _ => null };
        return new Preferences(startTimeout, low, store, lifecycle, longestQueue);
    }

    /// <summary>The newer name of the header wins.</summary>
    private static bool ReadStartTimeout(HttpRequest request, out TimeSpan? timeout, out Reply? refusal)
    {
        timeout = null;
        refusal = null;
        var name = request.Headers.ContainsKey("X-Fal-Request-Start-Timeout") ? "X-Fal-Request-Start-Timeout" : "X-Fal-Request-Timeout";
        if (!request.Headers.TryGetValue(name, out var text))
            return true;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds > ShortestStartTimeout && double.IsFinite(seconds))
        {
            timeout = TimeSpan.FromSeconds(Math.Min(seconds, 365 * 86400));
            return true;
        }

        refusal = Replies.Gateway(400, "bad_request", $"Invalid {name} header: a number of seconds above {ShortestStartTimeout} is expected");
        return false;
    }

    private static bool ReadLongestQueue(HttpRequest request, out int? longest, out Reply? refusal)
    {
        longest = null;
        refusal = null;
        if (!request.Query.TryGetValue("fal_max_queue_length", out var text))
            return true;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
        {
            longest = value;
            return true;
        }

        refusal = Replies.Gateway(400, "bad_request", "Invalid fal_max_queue_length: a whole number is expected");
        return false;
    }
}
