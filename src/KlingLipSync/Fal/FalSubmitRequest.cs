using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;

namespace KlingLipSync.Fal;

/// <summary>One paid request: the model's input and the headers that bound it.</summary>
internal sealed record FalSubmitRequest(string EndpointId, Uri VideoUrl, Uri AudioUrl)
{
    /// <summary>How long the request may wait to be started; after that fal ends it unbilled.</summary>
    public required TimeSpan StartTimeout { get; init; }

    /// <summary>Whether it is one blocking call, answered by the result itself, and not a place in the queue.</summary>
    public bool IsBlocking { get; init; }

    public LipSyncPriority Priority { get; init; }

    /// <summary>Forbids fal's own re-runs (up to ten), each of which may reach the partner again.</summary>
    public bool NoServerRetry { get; init; }

    /// <summary>How long fal keeps the output file; null leaves it to the account.</summary>
    public FalLifecycle? ResultLifecycle { get; init; }

    /// <summary>How long the answer is waited for. The queue accepts within a second or two; a blocking call holds the connection for the whole run.</summary>
    public TimeSpan Deadline => IsBlocking ? StartTimeout + FalRetryRules.LongestRun : FalRetryRules.Undelivered.Deadline;

    public Uri Url(FalEndpoint endpoint) => new($"{(IsBlocking ? endpoint.Run : endpoint.Queue).AbsoluteUri.TrimEnd('/')}/{EndpointId}");

    /// <summary>The bare input object: the queue takes no envelope.</summary>
    public byte[] Body()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("video_url", VideoUrl.AbsoluteUri);
            json.WriteString("audio_url", AudioUrl.AbsoluteUri);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    public void AddHeaders(HttpRequestHeaders headers)
    {
        headers.TryAddWithoutValidation("User-Agent", FalHttp.UserAgent);
        headers.Add("X-Fal-Request-Start-Timeout", StartTimeout.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture));

        // fal's history of inputs is the only proof of what a lost answer meant.
        headers.Add("X-Fal-Store-IO", "1");

        // The quoted price is this endpoint's; a rerouted request could cost another.
        headers.Add("x-app-fal-disable-fallback", "true");
        if (!IsBlocking)
        {
            headers.Add("X-Fal-Queue-Priority", Priority == LipSyncPriority.Low ? "low" : "normal");
        }

        if (NoServerRetry)
        {
            headers.Add("X-Fal-No-Retry", "1");
        }

        if (ResultLifecycle is { } lifecycle)
        {
            headers.Add("X-Fal-Object-Lifecycle-Preference", lifecycle.ToJson());
        }
    }
}
