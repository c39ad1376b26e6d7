using KlingLipSync.Fal;
using KlingLipSync.Jobs.Store;

namespace KlingLipSync.Jobs;

/// <summary>What an answer of the result call means for the job. The rules about money are here and nowhere else.</summary>
internal static class ResultReading
{
    /// <summary>The end that the answer proves; null when it proves none.</summary>
    /// <param name="result">The answer.</param>
    /// <param name="job">The job as the store has it.</param>
    /// <param name="inference">How long the model worked, from the status.</param>
    public static JobEnd? Read(FalResult result, LipSyncJob job, TimeSpan? inference)
    {
        // A proxy's page says nothing about the job; neither do a refused key, a locked account or a throttle.
        if (!result.IsFalJson || result.Status is 401 or 403 or 408 or 429)
        {
            return null;
        }

        var end = result.Status switch
        {
            >= 200 and < 300 when result.VideoUrl is not null => new JobEnd(LipSyncJobState.Completed, Billed(result, LipSyncBilled.Yes)),
            >= 200 and < 300 => Failure(result, LipSyncBilled.Unknown, retryable: false, "no_media_generated", "fal answered without a video."),
            499 => new JobEnd(LipSyncJobState.Cancelled, job.CancelOutcome == LipSyncCancelOutcome.Removed ? LipSyncBilled.No : Billed(result, LipSyncBilled.Unknown))
            {
                ErrorType = "client_cancelled",
                ErrorMessage = "The job was cancelled at fal.",
            },
            // Nobody retries it by himself, says fal's header; whoever gives the same command again wants just that.
            504 when result.StartTimedOut => Failure(result, LipSyncBilled.No, retryable: true, "request_timeout", "The job was not started within its start timeout.")
                with { Retryable = true },

            // fal: server errors are never billed.
            >= 500 => Failure(result, LipSyncBilled.No, retryable: true, "internal_server_error", "fal failed the job."),

            // An unknown id looks the same, but carries no bill; the waiter has its own rule for that.
            404 when result.BillableUnits is null => null,

            // The upload's URL had died: the same files may succeed from a new one.
            422 when result.ErrorType == "file_download_error" => Failure(result, LipSyncBilled.Unknown, retryable: true, "file_download_error", "fal could not fetch an input."),
            _ => Failure(result, LipSyncBilled.Unknown, retryable: false, "request_failed", $"fal refused the job ({result.Status})."),
        };

        return end is null ? null : end with
        {
            Status = result.Status,
            Json = result.Json,
            ResultUrl = result.VideoUrl?.AbsoluteUri,
            ResultBytes = result.FileSize,
            BillableUnits = result.BillableUnits,
            InferenceTime = inference,
        };
    }

    /// <summary>The end that fal's history proves, with the result or, for a failure, by its status alone; null when it has none to give.</summary>
    public static JobEnd? Read(FalHistoryItem item, LipSyncJob job)
    {
        if (item.Result is { } result && Read(result, job, inference: null) is { } end)
        {
            return end;
        }

        return item.StatusCode switch
        {
            499 => new JobEnd(LipSyncJobState.Cancelled, job.CancelOutcome == LipSyncCancelOutcome.Removed ? LipSyncBilled.No : LipSyncBilled.Unknown)
            {
                Status = 499,
                ErrorType = "client_cancelled",
                ErrorMessage = "The job was cancelled at fal.",
            },
            >= 400 and var status => new JobEnd(LipSyncJobState.Failed, status >= 500 ? LipSyncBilled.No : LipSyncBilled.Unknown)
            {
                Status = status,
                ErrorType = "request_failed",
                ErrorMessage = $"fal's history says that it failed ({status}); its words are no longer kept.",
                Retryable = status >= 500,
            },
            _ => null,
        };
    }

    /// <summary>Whether the answer must be seen three times over ten seconds before it ends a job: fal's front door fails too.</summary>
    public static bool NeedsRepetition(FalResult result) => result.Status >= 500 && !result.StartTimedOut;

    private static JobEnd Failure(FalResult result, LipSyncBilled unlessSaid, bool retryable, string type, string message) =>
        new(LipSyncJobState.Failed, Billed(result, unlessSaid))
        {
            ErrorType = result.ErrorType ?? type,
            ErrorMessage = result.ErrorMessage is { Length: > 0 } words ? words : message,
            Retryable = result.Retryable ?? retryable,
        };

    /// <summary>fal's own count decides; zero units are the proof that nothing is owed.</summary>
    private static LipSyncBilled Billed(FalResult result, LipSyncBilled unlessSaid) =>
        decimal.TryParse(result.BillableUnits, System.Globalization.NumberStyles.Number, System.Globalization.CultureInfo.InvariantCulture, out var units)
            ? units == 0 ? LipSyncBilled.No : LipSyncBilled.Yes
            : unlessSaid;
}
