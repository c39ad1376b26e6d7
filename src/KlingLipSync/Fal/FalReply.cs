using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace KlingLipSync.Fal;

/// <summary>One answer, read whole: text first, JSON second, for fal's gateways also answer HTML and nothing at all.</summary>
internal sealed class FalReply
{
    private const int MaxBytes = 1 << 20;

    private readonly HttpResponseHeaders headers;
    private readonly string? mediaType;

    private FalReply(HttpResponseMessage response, string body, JsonElement? json, bool tooLong)
    {
        headers = response.Headers;
        mediaType = response.Content.Headers.ContentType?.MediaType;
        Status = (int)response.StatusCode;
        Body = body;
        Json = json;
        IsTooLong = tooLong;
    }

    /// <summary>The HTTP status.</summary>
    public int Status { get; }

    /// <summary>Whether the status is 2xx.</summary>
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>The body as text.</summary>
    public string Body { get; }

    /// <summary>The body as JSON, if it is a JSON object.</summary>
    public JsonElement? Json { get; }

    /// <summary>Whether the body was longer than any answer of fal, and was not read to its end.</summary>
    public bool IsTooLong { get; }

    /// <summary>Whether the body is a web page.</summary>
    public bool IsHtml => Json is null
        && (mediaType is "text/html" or "application/xhtml+xml" || Body.AsSpan().TrimStart().StartsWith("<", StringComparison.Ordinal));

    /// <summary>fal's own time.</summary>
    public DateTimeOffset? Date => headers.Date;

    public string? RequestId => Header("x-fal-request-id");

    public string? BillableUnits => Header("x-fal-billable-units");

    public string? ErrorType => Header("x-fal-error-type");

    /// <summary>What fal says about trying again.</summary>
    public bool? Retryable => Flag(Header("x-fal-retryable")) ?? Flag(Header("x-fal-needs-retry"));

    /// <summary>Whether the request's own start deadline passed.</summary>
    public bool StartTimedOut =>
        string.Equals(Header("x-fal-request-timeout-type"), "user", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a header tells that fal itself, and no gateway before it, answered.</summary>
    public bool IsMarkedByFal => RequestId is not null || BillableUnits is not null || ErrorType is not null;

    /// <summary>How long the server asks to wait, by its own clock.</summary>
    public TimeSpan? RetryAfter(DateTimeOffset now) => RetryAfter(headers, now);

    /// <summary>How long a server asks to wait, by its own clock.</summary>
    public static TimeSpan? RetryAfter(HttpResponseHeaders headers, DateTimeOffset now)
    {
        var asked = headers.RetryAfter;
        return asked?.Delta ?? (asked?.Date is { } date ? date - (headers.Date ?? now) : null);
    }

    /// <summary>Reads an answer up to the limit.</summary>
    public static async Task<FalReply> ReadAsync(HttpResponseMessage response, CancellationToken ct)
    {
        var stream = await response.Content.ReadAsStreamAsync(ct).ConfigureAwait(false);
        var size = response.Content.Headers.ContentLength is { } length and >= 0 and < MaxBytes ? (int)length : 4096;
        var buffer = new byte[Math.Max(size, 1) + 1];
        var read = 0;
        while (true)
        {
            var n = await stream.ReadAsync(buffer.AsMemory(read), ct).ConfigureAwait(false);
            if (n == 0)
                break;
            read += n;
            if (read > MaxBytes)
                break;
            if (read == buffer.Length)
                Array.Resize(ref buffer, Math.Min(buffer.Length * 2, MaxBytes + 1));
        }

        var tooLong = read > MaxBytes;
        var body = buffer.AsMemory(0, Math.Min(read, MaxBytes));
        return new FalReply(response, Encoding.UTF8.GetString(body.Span), tooLong ? null : Parse(body), tooLong);
    }

    /// <summary>An answer as history keeps it: its status and its JSON, without its headers.</summary>
    public static FalReply OfStored(int status, JsonElement json)
    {
        using var response = new HttpResponseMessage((HttpStatusCode)status);
        return new FalReply(response, json.GetRawText(), json.ValueKind == JsonValueKind.Object ? json : null, tooLong: false);
    }

    private static JsonElement? Parse(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty)
            return null;
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private string? Header(string name) =>
        headers.TryGetValues(name, out var values) && values.FirstOrDefault()?.Trim() is { Length: > 0 } value ? value : null;

    private static bool? Flag(string? text) => text?.ToLower(CultureInfo.InvariantCulture) switch
    {
        "true" or "1" or "yes" => true,
        "false" or "0" or "no" => false,
        _ => null,
    };
}
