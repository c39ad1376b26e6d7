using System.Text.Json;

namespace KlingLipSync.Emulator;

/// <summary>One accepted submission.</summary>
/// <param name="RequestId">The id it was given.</param>
/// <param name="EndpointId">The full endpoint id it was sent to.</param>
/// <param name="Input">The body as sent; a JSON string when it was not JSON.</param>
/// <param name="ReceivedAt">When it was accepted.</param>
/// <param name="State">IN_QUEUE, IN_PROGRESS or COMPLETED.</param>
/// <param name="StatusCode">The HTTP status of its result, once it has one.</param>
/// <param name="BilledSeconds">The seconds it was billed for.</param>
/// <param name="AmountUsd">What it cost.</param>
/// <param name="OutputUrl">Where its output lies.</param>
/// <param name="OutputBytes">How long its output is.</param>
/// <param name="OutputSha256">The hash of its output, in lower-case hex.</param>
/// <param name="StartedAt">When it left the queue.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="KeyId">The id of the key that submitted it.</param>
/// <param name="Headers">The <c>x-fal-*</c> and <c>x-app-fal-*</c> headers it came with, names in lower case.</param>
public sealed record LedgerRequest(
    string RequestId,
    string EndpointId,
    JsonElement Input,
    DateTimeOffset ReceivedAt,
    string State,
    int? StatusCode,
    int BilledSeconds,
    decimal AmountUsd,
    string? OutputUrl,
    long? OutputBytes,
    string? OutputSha256,
    DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt,
    string KeyId,
    IReadOnlyDictionary<string, string> Headers);
