namespace KlingLipSync.Fal;

/// <summary>Tells an answer of the result call that may end a job from one that says nothing about it.</summary>
internal static class FalResultReader
{
    /// <summary>Whether the answer says that the job has not ended.</summary>
    public static bool IsStillInProgress(FalReply reply)
    {
        if (reply.Json is not { } json)
            return false;
        if (FalJson.Text(json, "status") is "IN_QUEUE" or "IN_PROGRESS" && FalJson.Field(json, "video") is null)
            return true;

        // Documented as 400; a 500 with the same words was reported.
        return reply.Status >= 400
            && FalJson.Text(json, "detail") is { } detail
            && detail.Contains("still in progress", StringComparison.OrdinalIgnoreCase)
            && (reply.Status == 400 || FalJson.Text(json, "status_url") is not null);
    }

    /// <summary>Reads an answer that may end a job; nothing if the answer is about the call and not about the job.</summary>
    public static FalResult? Read(FalReply reply, FalCredential credential)
    {
        var body = FalErrorBody.Read(reply.Json);
        var video = FalJson.Field(reply.Json, "video");
        var videoUrl = Uri.TryCreate(FalJson.Text(video, "url"), UriKind.Absolute, out var url)
            && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp) ? url : null;
        var isFalJson = reply.IsSuccess ? videoUrl is not null || body.IsFalShape : body.IsFalShape;

        if (!EndsJob(reply, body, isFalJson))
            return null;

        var type = FalRedaction.Clean(body.Type ?? reply.ErrorType, credential);
        var message = FalRedaction.Clean(body.Message, credential);
        return new FalResult(
            reply.Status,
            reply.Json is { } json ? FalRedaction.Json(json, credential) : FalRedaction.Mask(reply.Body, credential),
            videoUrl,
            FalJson.Text(video, "content_type"),
            FalJson.Count(video, "file_size"),
            reply.BillableUnits,
            type.Length > 0 ? type : null,
            message.Length > 0 ? message : null,
            reply.Retryable,
            reply.Status == 504 && reply.StartTimedOut,
            isFalJson,
            reply.Date);
    }

    private static bool EndsJob(FalReply reply, FalErrorBody body, bool isFalJson) => reply.Status switch
    {
        _ when body.Type == FalErrorBody.ConcurrencyLimit => false,
        >= 200 and < 300 => reply.Json is not null,

        // About the caller, not about the job: it goes on, and bills, meanwhile.
        401 or 403 or 407 or 408 or 429 => false,

        // A model's own 404 was run, and so tells its units; fal's own means an unknown request.
        404 or 410 => isFalJson && reply.BillableUnits is not null,
        >= 400 => isFalJson || (reply.IsMarkedByFal && !reply.IsHtml && !reply.IsTooLong),
        _ => false,
    };
}
