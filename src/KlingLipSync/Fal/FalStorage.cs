using System.Collections.Concurrent;
using System.Text.Json;

namespace KlingLipSync.Fal;

/// <summary>Puts files where fal can fetch them: in one piece, or in parts where they are large.</summary>
internal sealed class FalStorage(FalEndpoint endpoint, FalCredential credential, FalExchange keyed, FalExchange plain, FalRetries retries, TimeProvider time, long? largestSinglePut = null)
{
    /// <summary>A file above this goes up in parts.</summary>
    internal const long LargestSinglePut = 90L << 20;

    internal const int PartSize = 10 << 20;

    private readonly long largestSinglePut = largestSinglePut ?? LargestSinglePut;
    private readonly FalFilePut put = new(plain, time);
    private readonly FalPartPuts parts = new(plain, retries, time);

    /// <summary>Uploads that broke off, by what they are of. Each is out of here while it is worked on: two files never share a target.</summary>
    private readonly ConcurrentDictionary<(string Sha256, string ContentType, FalLifecycle? Lifecycle), FalPartedUpload> broken = new();

    /// <summary>Uploads a file. Repeating it is safe: what a broken try leaves behind is an orphan file, and free.</summary>
    public async Task<FalUpload> UploadAsync(FalUploadSource source, FalLifecycle? lifecycle, IProgress<long>? sent, CancellationToken ct)
    {
        if (source.Length <= largestSinglePut)
            return await retries.RunAsync(FalRoute.Upload, token => PutWholeAsync(source, lifecycle, sent, token), ct).ConfigureAwait(false);
        var digest = await FalLocalFile.DigestAsync(source, largestSinglePut, ct).ConfigureAwait(false);
        return await retries.RunAsync(FalRoute.Upload, token => PutPartsAsync(source, digest, lifecycle, sent, token), ct).ConfigureAwait(false);
    }

    private async Task<FalUpload> PutWholeAsync(FalUploadSource source, FalLifecycle? lifecycle, IProgress<long>? sent, CancellationToken ct)
    {
        var target = await InitiateAsync("initiate", source, lifecycle, ct).ConfigureAwait(false);
        var (_, sha256) = await put.SendAsync(FalRoute.Upload, target.Upload, source, 0, source.Length, n => sent?.Report(n), ct).ConfigureAwait(false);
        return new FalUpload(target.File, sha256, source.Length, target.Since);
    }

    private async Task<FalUpload> PutPartsAsync(FalUploadSource source, FalDigest digest, FalLifecycle? lifecycle, IProgress<long>? sent, CancellationToken ct)
    {
        var content = (digest.Sha256, source.ContentType, lifecycle);
        if (!broken.TryRemove(content, out var upload))
            upload = new FalPartedUpload(await InitiateAsync("initiate-multipart", source, lifecycle, ct).ConfigureAwait(false), source.Length, digest);
        var arrived = upload.Arrived;
        try
        {
            await parts.FinishAsync(upload, source, sent, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not FalException { Route: FalRoute.Upload } && upload.Arrived > arrived)
        {
            // A target that is used up, or that took nothing this time, is not worth another try.
            broken[content] = upload;
            throw;
        }
        return new FalUpload(upload.Target.File, digest.Sha256, source.Length, upload.Target.Since);
    }

    private Task<FalUploadTarget> InitiateAsync(string call, FalUploadSource source, FalLifecycle? lifecycle, CancellationToken ct) =>
        retries.RunAsync(
            FalRoute.Initiate,
            async token =>
            {
                using var deadline = new FalDeadline(FalRetryRules.For(FalRoute.Initiate).Deadline, time, token);
                using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(endpoint.Rest, $"storage/upload/{call}?storage_type=fal-cdn-v3"));
                request.Content = FalBodies.Content(JsonSerializer.SerializeToUtf8Bytes(new FalInitiateBody(source.ContentType, source.FileName), FalBodies.Default.FalInitiateBody));
                AddLifecycle(request, lifecycle);
                var since = time.GetUtcNow();
                var reply = await keyed.SendAsync(FalRoute.Initiate, request, deadline, token).ConfigureAwait(false);
                if (!reply.IsSuccess)
                    throw FalFailures.Of(FalRoute.Initiate, reply, credential, time.GetUtcNow());
                return new FalUploadTarget(StorageUrl(reply, "upload_url"), StorageUrl(reply, "file_url"), since);
            },
            ct);

    private Uri StorageUrl(FalReply reply, string field)
    {
        if (!Uri.TryCreate(FalJson.Text(reply.Json, field), UriKind.Absolute, out var url))
            throw FalFailures.NotFal(FalRoute.Initiate, reply, credential, time.GetUtcNow());
        return endpoint.IsStorageUrl(url) ? url : throw FalFailures.ForeignUrl(FalRoute.Initiate, $"returned {field}", url);
    }

    // The storage service reads one name, the file host the other.
    private static void AddLifecycle(HttpRequestMessage request, FalLifecycle? lifecycle)
    {
        if (lifecycle is null)
            return;
        var json = lifecycle.ToJson();
        request.Headers.TryAddWithoutValidation("X-Fal-Object-Lifecycle", json);
        request.Headers.TryAddWithoutValidation("X-Fal-Object-Lifecycle-Preference", json);
    }
}
