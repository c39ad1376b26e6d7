using KlingLipSync.Emulator.Http;
using KlingLipSync.Emulator.Storage;

namespace KlingLipSync.Emulator.Jobs;

/// <summary>How a request ended: what its result says from then on, and what it cost.</summary>
internal sealed record Outcome(int Status, byte[] Body)
{
    /// <summary>The billable units as the header tells them; null for no header.</summary>
    public string? Units { get; init; }

    public int BilledSeconds { get; init; }

    public string? ErrorType { get; init; }

    public bool? Retryable { get; init; }

    public string? TimeoutType { get; init; }

    /// <summary>What the status says of the failure. A failure of the model itself shows at the result only.</summary>
    public string? Error { get; init; }

    public StoredFile? Output { get; init; }

    /// <summary>Whether anything went wrong.</summary>
    public bool Failed => Status >= 400;

    public static Outcome Of<T>(int status, T body) => new(status, JsonFormat.Bytes(body));

    /// <summary>Removed before it started: nothing ran, nothing is billed.</summary>
    public static Outcome Removed() => Cancelled() with { Units = "0" };

    /// <summary>Stopped while running. The seconds it had taken in are billed, and no header says so.</summary>
    public static Outcome Stopped(int billedSeconds) => Cancelled() with { BilledSeconds = billedSeconds };

    /// <summary>Not started within the time its caller gave it.</summary>
    public static Outcome StartedTooLate() => Gateway(504, "request_timeout", "Request timed out before it started") with { TimeoutType = "user", Retryable = false };

    private static Outcome Cancelled() => Gateway(499, "client_cancelled", "Request was cancelled by the client");

    private static Outcome Gateway(int status, string errorType, string detail) =>
        Of(status, new { detail, error_type = errorType }) with { ErrorType = errorType, Error = detail };
}
