namespace KlingLipSync.Fal;

/// <summary>fal's queue, storage and request history for one key. Nothing here costs money.</summary>
internal sealed class FalClient : IDisposable
{
    /// <summary>The one model this product serves.</summary>
    public const string LipSyncEndpointId = "fal-ai/kling-video/lipsync/audio-to-video";

    public FalClient(FalEndpoint endpoint, FalCredential credential, TimeProvider? time = null, Func<double>? random = null)
    {
        Endpoint = endpoint;
        Credential = credential;
    }

    public FalEndpoint Endpoint { get; }

    public FalCredential Credential { get; }

    public TimeSpan ServerClockOffset => TimeSpan.Zero;

    public static (Uri Status, Uri Response, Uri Cancel) UrlsFor(FalEndpoint e, string endpointId, string requestId) => throw new NotImplementedException();

    public Task ProveKeyAsync(CancellationToken ct) => throw new NotImplementedException();

    public Task<FalUpload> UploadAsync(FalUploadSource source, FalLifecycle? lifecycle, IProgress<long>? sent, CancellationToken ct) => throw new NotImplementedException();

    public Task<FalStatus> GetStatusAsync(Uri statusUrl, CancellationToken ct) => throw new NotImplementedException();

    public IAsyncEnumerable<FalStatus> StreamStatusAsync(Uri statusUrl, CancellationToken ct) => throw new NotImplementedException();

    public Task<FalResult?> GetResultAsync(Uri responseUrl, CancellationToken ct) => throw new NotImplementedException();

    public Task<FalCancelOutcome> CancelAsync(Uri cancelUrl, CancellationToken ct) => throw new NotImplementedException();

    public Task<bool?> ExistsInHistoryAsync(string requestId, DateTimeOffset start, CancellationToken ct) => throw new NotImplementedException();

    public void Dispose()
    {
    }
}
