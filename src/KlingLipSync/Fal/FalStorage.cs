using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;

namespace KlingLipSync.Fal;

/// <summary>Puts files where fal can fetch them: in one piece, or in parts where they are large.</summary>
internal sealed class FalStorage(FalEndpoint endpoint, FalCredential credential, FalExchange keyed, FalExchange plain, FalRetries retries, TimeProvider time, long? largestSinglePut = null)
{
    /// <summary>A file above this goes up in parts.</summary>
    internal const long LargestSinglePut = 90L << 20;

    internal const int PartSize = 10 << 20;

    private readonly long largestSinglePut = largestSinglePut ?? LargestSinglePut;

    /// <summary>Uploads a file. Repeating it is safe: what a broken try leaves behind is an orphan file, and free.</summary>
    public Task<FalUpload> UploadAsync(FalUploadSource source, FalLifecycle? lifecycle, IProgress<long>? sent, CancellationToken ct) =>
        retries.RunAsync(
            FalRoute.Upload,
            token => source.Length > largestSinglePut
                ? PutPartsAsync(source, lifecycle, sent, token)
                : PutWholeAsync(source, lifecycle, sent, token),
            ct);

    private async Task<FalUpload> PutWholeAsync(FalUploadSource source, FalLifecycle? lifecycle, IProgress<long>? sent, CancellationToken ct)
    {
        var target = await InitiateAsync("initiate", source, lifecycle, ct).ConfigureAwait(false);
        var (_, sha256) = await PutAsync(FalRoute.Upload, target.Upload, source, sent, 0, ct).ConfigureAwait(false);
        return new FalUpload(target.File, sha256, source.Length);
    }

    private async Task<FalUpload> PutPartsAsync(FalUploadSource source, FalLifecycle? lifecycle, IProgress<long>? sent, CancellationToken ct)
    {
        var target = await InitiateAsync("initiate-multipart", source, lifecycle, ct).ConfigureAwait(false);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var tags = new List<FalPartTag>();

        // A part is held whole, so that each try of it sends the very bytes that were hashed.
        var buffer = GC.AllocateUninitializedArray<byte>((int)Math.Min(PartSize, source.Length));
        var input = FalLocalFile.Open(source);
        await using (input.ConfigureAwait(false))
        {
            for (var position = 0L; position < source.Length;)
            {
                var length = (int)Math.Min(PartSize, source.Length - position);
                await FalLocalFile.ReadAsync(source, input, buffer.AsMemory(0, length), position, ct).ConfigureAwait(false);
                hash.AppendData(buffer, 0, length);
                var part = source with { Length = length, Open = () => new MemoryStream(buffer, 0, length, writable: false) };
                tags.Add(await PutPartAsync(target.Upload, part, tags.Count + 1, sent, position, ct).ConfigureAwait(false));
                position += length;
            }
        }
        await CompleteAsync(target.Upload, tags, ct).ConfigureAwait(false);
        return new FalUpload(target.File, Convert.ToHexString(hash.GetHashAndReset()).ToLowerInvariant(), source.Length);
    }

    private async Task<FalPartTag> PutPartAsync(Uri upload, FalUploadSource part, int number, IProgress<long>? sent, long position, CancellationToken ct)
    {
        var url = Below(upload, number.ToString(CultureInfo.InvariantCulture));
        var (etag, _) = await WithFreshTargetAsync(() => retries.RunAsync(
            FalRoute.Part,
            token => PutAsync(FalRoute.Part, url, part, sent, position, token),
            ct)).ConfigureAwait(false);
        return new FalPartTag(number, etag ?? throw new FalException(
            FalRoute.Part,
            FalFailureKind.NotFal,
            $"{FalRedaction.Address(url)} took a part of the file and gave no tag for it."));
    }

    private async Task<(string? ETag, string Sha256)> PutAsync(FalRoute route, Uri url, FalUploadSource source, IProgress<long>? sent, long position, CancellationToken ct)
    {
        using var deadline = new FalDeadline(FalRetryRules.For(route).Deadline, time, ct);
        using var request = new HttpRequestMessage(HttpMethod.Put, url);
        using var content = new FalUploadContent(source, written =>
        {
            deadline.PushBack();
            sent?.Report(position + written);
        });
        request.Content = content;
        using var response = await plain.SendForHeadersAsync(route, request, deadline, ct).ConfigureAwait(false);
        var reply = await ReadAsync(route, response, request, deadline, ct).ConfigureAwait(false);
        if (!reply.IsSuccess)
            throw FalFailures.OfFileHost(route, reply.Status, url, reply.RetryAfter(time.GetUtcNow()));
        if (reply.IsHtml)
            throw WebPage(route, url);
        if (content.Sha256 is not { } sha256)
            throw new FalException(route, FalFailureKind.Broken, $"{FalRedaction.Address(url)} answered before it had the whole file.");

        var etag = FalJson.Text(reply.Json, "etag") ?? response.Headers.ETag?.ToString();
        return (string.IsNullOrEmpty(etag) ? null : etag, sha256);
    }

    private async Task CompleteAsync(Uri upload, List<FalPartTag> tags, CancellationToken ct)
    {
        var url = Below(upload, "complete");
        var body = JsonSerializer.SerializeToUtf8Bytes(new FalCompleteBody(tags), FalBodies.Default.FalCompleteBody);
        await WithFreshTargetAsync(() => retries.RunAsync(
            FalRoute.Complete,
            async token =>
            {
                using var deadline = new FalDeadline(FalRetryRules.For(FalRoute.Complete).Deadline, time, token);
                using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = JsonContent(body) };
                var reply = await plain.SendAsync(FalRoute.Complete, request, deadline, token).ConfigureAwait(false);
                if (reply.IsHtml && reply.IsSuccess)
                    throw WebPage(FalRoute.Complete, url);
                return reply.IsSuccess
                    ? reply
                    : throw FalFailures.OfFileHost(FalRoute.Complete, reply.Status, url, reply.RetryAfter(time.GetUtcNow()));
            },
            ct)).ConfigureAwait(false);
    }

    /// <summary>
    /// A gateway's page in the file host's place, whatever its status: as worth another try as a gateway's 502. Taken for an upload, a
    /// job would be paid for a file that is not there.
    /// </summary>
    private static FalException WebPage(FalRoute route, Uri url) =>
        new(route, FalFailureKind.Server, $"{FalRedaction.Address(url)} answered with a web page, as no file host does.");

    private Task<(Uri Upload, Uri File)> InitiateAsync(string call, FalUploadSource source, FalLifecycle? lifecycle, CancellationToken ct) =>
        retries.RunAsync(
            FalRoute.Initiate,
            async token =>
            {
                using var deadline = new FalDeadline(FalRetryRules.For(FalRoute.Initiate).Deadline, time, token);
                using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(endpoint.Rest, $"storage/upload/{call}?storage_type=fal-cdn-v3"));
                request.Content = JsonContent(JsonSerializer.SerializeToUtf8Bytes(new FalInitiateBody(source.ContentType, source.FileName), FalBodies.Default.FalInitiateBody));
                AddLifecycle(request, lifecycle);
                var reply = await keyed.SendAsync(FalRoute.Initiate, request, deadline, token).ConfigureAwait(false);
                if (!reply.IsSuccess)
                    throw FalFailures.Of(FalRoute.Initiate, reply, credential, time.GetUtcNow());
                return (StorageUrl(reply, "upload_url"), StorageUrl(reply, "file_url"));
            },
            ct);

    private Uri StorageUrl(FalReply reply, string field)
    {
        if (!Uri.TryCreate(FalJson.Text(reply.Json, field), UriKind.Absolute, out var url))
            throw FalFailures.NotFal(FalRoute.Initiate, reply, credential, time.GetUtcNow());
        return endpoint.IsStorageUrl(url) ? url : throw FalFailures.ForeignUrl(FalRoute.Initiate, $"returned {field}", url);
    }

    private async Task<FalReply> ReadAsync(FalRoute route, HttpResponseMessage response, HttpRequestMessage request, FalDeadline deadline, CancellationToken ct)
    {
        try
        {
            return await FalReply.ReadAsync(response, deadline.Token).ConfigureAwait(false);
        }
        catch (Exception fault) when (FalExchange.IsTransport(fault))
        {
            throw FalFailures.OfTransport(route, fault, request.RequestUri!, deadline, credential, ct);
        }
    }

    // A target that is used up is a failure of the whole upload, which starts again with a new one.
    private static async Task<T> WithFreshTargetAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (FalException spent) when (FalRetryRules.IsSpentLink(spent.Kind))
        {
            throw new FalException(FalRoute.Upload, spent.Kind, spent.Detail, spent) { Status = spent.Status, RetryAfter = spent.RetryAfter };
        }
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

    // The signature is in the query, and must stay behind the longer path.
    private static Uri Below(Uri upload, string segment) =>
        new($"{upload.GetLeftPart(UriPartial.Path).TrimEnd('/')}/{segment}{upload.Query}");

    private static ByteArrayContent JsonContent(byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }
}
