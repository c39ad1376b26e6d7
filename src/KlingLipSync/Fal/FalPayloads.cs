using System.Text.Json;

namespace KlingLipSync.Fal;

/// <summary>What the platform keeps of a request: its input and output as JSON, and its output file.</summary>
internal sealed class FalPayloads(FalEndpoint endpoint, FalCredential credential, FalExchange keyed, FalRetries retries, TimeProvider time)
{
    /// <summary>Deletes it. The uploaded inputs are not touched.</summary>
    /// <returns>False when fal has no such request under this account, said as a 404 in the platform's own words: nothing was deleted. Any other
    /// 404 is a failure.</returns>
    /// <exception cref="FalException">It is not deleted, or not all of it; a 403 (<see cref="FalFailureKind.Locked"/>) where the key is no ADMIN key.</exception>
    public async Task<bool> DeleteAsync(string requestId, CancellationToken ct)
    {
        if (!FalRequestId.IsValid(requestId))
            throw new ArgumentException("The request id has characters that no URL of fal has.", nameof(requestId));

        // One key for all tries: fal answers a repeated one as it did before, and deletes nothing anew.
        var idempotencyKey = Guid.NewGuid().ToString();
        var url = new Uri(endpoint.Api, $"models/requests/{requestId}/payloads");
        var reply = await retries.RunAsync(FalRoute.DeletePayloads, token => AskAsync(url, idempotencyKey, token), ct).ConfigureAwait(false);

        var files = FalJson.List(reply.Json, "cdn_delete_results").ToList();
        var kept = files.Where(file => FalJson.Field(file, "exception") is not null).ToList();
        return kept.Count == 0
            ? reply.IsSuccess
            : throw new FalException(FalRoute.DeletePayloads, FalFailureKind.Refused, $"fal did not delete {kept.Count} of the request's {files.Count} files: {Words(kept[0])}");
    }

    private async Task<FalReply> AskAsync(Uri url, string idempotencyKey, CancellationToken ct)
    {
        using var deadline = new FalDeadline(FalRetryRules.For(FalRoute.DeletePayloads).Deadline, time, ct);
        using var request = new HttpRequestMessage(HttpMethod.Delete, url);
        request.Headers.Add("Idempotency-Key", idempotencyKey);
        var reply = await keyed.SendAsync(FalRoute.DeletePayloads, request, deadline, ct).ConfigureAwait(false);
        if (reply.IsSuccess)
        {
            return FalJson.Field(reply.Json, "cdn_delete_results") is { ValueKind: JsonValueKind.Array }
                ? reply
                : throw FalFailures.NotFal(FalRoute.DeletePayloads, reply, credential, time.GetUtcNow());
        }

        if (reply.Status == 404 && FalJson.Text(FalJson.Field(reply.Json, "error"), "type") == "not_found")
            return reply;

        var failure = FalFailures.Of(FalRoute.DeletePayloads, reply, credential, time.GetUtcNow());
        throw failure.Kind == FalFailureKind.Locked
            ? new FalException(FalRoute.DeletePayloads, failure.Kind, $"Deleting at fal takes an ADMIN key. {failure.Detail}", failure) { Status = failure.Status, ErrorType = failure.ErrorType }
            : failure;
    }

    private string Words(JsonElement file)
    {
        var place = Uri.TryCreate(FalJson.Text(file, "link"), UriKind.Absolute, out var link) ? FalRedaction.Address(link) : "a file";
        return $"{place}: {FalRedaction.Clean(FalJson.Field(file, "exception")?.ToString(), credential)}";
    }
}
