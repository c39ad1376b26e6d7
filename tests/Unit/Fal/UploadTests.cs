using KlingLipSync.Emulator;
using KlingLipSync.Fal;
using Microsoft.Extensions.Time.Testing;

namespace KlingLipSync.Tests.Unit.Fal;

/// <summary>Files that go up whole.</summary>
[Collection(nameof(Alone))]
public class UploadTests : UploadScene
{
    [Fact]
    public async Task A_file_goes_up_whole_and_keeps_its_type_and_lifetime()
    {
        await using var emulator = await EmulatorServer.StartAsync(EmulatorOptions.Instant);
        using var client = Client(emulator);
        var seen = new Steps();

        var upload = await client.UploadAsync(Source(Clip, "ünïcode clip.mp4"), new FalLifecycle(TimeSpan.FromDays(7)), seen, default);

        var stored = Assert.Single(emulator.Ledger().Uploads);
        Assert.Equal(stored.Url, upload.Url.AbsoluteUri);
        Assert.Equal((stored.Bytes, stored.Sha256), (upload.Bytes, upload.Sha256));
        Assert.Equal((Clip.LongLength, Hex(Clip)), (upload.Bytes, upload.Sha256));
        Assert.Equal(("video/mp4", "ünïcode clip.mp4", 604800L), (stored.ContentType, stored.FileName, stored.ExpirationSeconds));
        Assert.Equal(Clip.Length, seen.Values.Last());
        Assert.Equal(0, emulator.Ledger().KeyLeaks);
    }

    [Fact]
    public async Task Both_names_of_the_lifetime_are_sent_and_the_put_carries_nothing_of_ours()
    {
        await using var server = Storage(_ => WireAnswer.Empty(200));
        using var client = Wire.Client(server);

        await client.UploadAsync(Source(Clip) with { ContentType = "audio/x-odd; a=\"b\"" }, new FalLifecycle(TimeSpan.FromHours(1.5)), null, default);

        var (initiate, put) = (server.Requests[0], server.Requests[1]);
        Assert.Equal(("POST", "/rest/storage/upload/initiate?storage_type=fal-cdn-v3"), (initiate.Method, initiate.Target));
        Assert.Equal("""{"content_type":"audio/x-odd; a=\u0022b\u0022","file_name":"clip.mp4"}""", initiate.BodyStart);
        Assert.Equal("""{"expiration_duration_seconds":5400}""", initiate.Header("X-Fal-Object-Lifecycle"));
        Assert.Equal(initiate.Header("X-Fal-Object-Lifecycle"), initiate.Header("X-Fal-Object-Lifecycle-Preference"));
        Assert.Equal($"Key {Wire.Key}", initiate.Header("Authorization"));
        Assert.Equal(("PUT", "/cdn/upload/1?sig=s"), (put.Method, put.Target));
        Assert.Equal("audio/x-odd; a=\"b\"", put.Header("Content-Type"));
        Assert.Null(put.Header("Authorization"));
        Assert.Null(put.Header("X-Fal-Object-Lifecycle"));
        Assert.Equal(Hex(Clip), put.BodySha256);
    }

    [Theory]
    [InlineData(503)]
    [InlineData(403)]
    [InlineData(400)]
    [InlineData(0)]
    public async Task A_failed_put_starts_over_with_a_new_target(int status)
    {
        await using var server = Storage(target => target switch
        {
            1 or 2 => status == 0 ? new WireAnswer { Reset = true } : WireAnswer.Empty(status),
            _ => WireAnswer.Empty(200),
        });
        using var client = Wire.Client(server);
        var opened = 0;

        var upload = await client.UploadAsync(Source(Clip) with { Open = () => { opened++; return new MemoryStream(Clip); } }, null, null, default);

        Assert.EndsWith("/cdn/files/3.mp4", upload.Url.AbsoluteUri, StringComparison.Ordinal);
        Assert.Equal(3, server.Requests.Count(r => r.Method == "POST"));
        Assert.Equal(Hex(Clip), upload.Sha256);
        Assert.Equal(3, opened);
    }

    [Fact]
    public async Task A_put_that_keeps_failing_is_an_upload_that_failed()
    {
        await using var server = Storage(_ => WireAnswer.Empty(503));
        using var client = Wire.Client(server);

        var failure = await Assert.ThrowsAsync<FalException>(() => client.UploadAsync(Source(Clip), null, null, default));

        Assert.Equal(LipSyncError.UploadFailed, failure.ToLipSync().Error);
        Assert.DoesNotContain("sig=", failure.Detail, StringComparison.Ordinal);
        Assert.Equal(8, server.Requests.Length);
    }

    [Fact]
    public async Task A_file_too_large_for_the_host_is_sent_once()
    {
        await using var server = Storage(_ => WireAnswer.Empty(413));
        using var client = Wire.Client(server);

        await Assert.ThrowsAsync<FalException>(() => client.UploadAsync(Source(Clip), null, null, default));

        Assert.Equal(2, server.Requests.Length);
    }

    [Theory]
    [InlineData(401, LipSyncError.ApiKeyRejected)]
    [InlineData(403, LipSyncError.AccountLocked)]
    public async Task A_refused_key_or_account_is_not_tried_again(int status, LipSyncError error)
    {
        await using var server = WireServer.InTurn(WireAnswer.Json(status, """{"detail":"no"}"""));
        using var client = Wire.Client(server);

        var failure = await Assert.ThrowsAsync<FalException>(() => client.UploadAsync(Source(Clip), null, null, default));

        Assert.Equal(error, failure.ToLipSync().Error);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1/cdn/upload/1", "http://127.0.0.1:1/cdn/files/1")]
    [InlineData("https://evil.example/upload", "https://v3.fal.media/files/1")]
    [InlineData("https://v3.fal.media/upload", "https://evil.example/files/1")]
    [InlineData("not a url", "https://v3.fal.media/files/1")]
    public async Task Targets_on_foreign_hosts_are_refused(string upload, string file)
    {
        await using var server = WireServer.InTurn(WireAnswer.Json(200, $$"""{"upload_url":"{{upload}}","file_url":"{{file}}"}"""));
        using var client = Wire.Client(server);

        var failure = await Assert.ThrowsAsync<FalException>(() => client.UploadAsync(Source(Clip), null, null, default));

        Assert.Equal(FalFailureKind.NotFal, failure.Kind);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_put_is_not_redirected()
    {
        await using var elsewhere = WireServer.InTurn(WireAnswer.Empty(200));
        await using var server = Storage(_ => WireAnswer.Empty(307, ("Location", elsewhere.Url)));
        using var client = Wire.Client(server);

        await Assert.ThrowsAsync<FalException>(() => client.UploadAsync(Source(Clip), null, null, default));

        Assert.Empty(elsewhere.Requests);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task A_file_that_changed_its_size_is_not_uploaded(int difference)
    {
        await using var server = Storage(_ => WireAnswer.Empty(200));
        using var client = Wire.Client(server);

        var failure = await Assert.ThrowsAsync<LipSyncException>(() => client.UploadAsync(Source(Clip) with { Length = Clip.Length + difference }, null, null, default));

        Assert.Equal(LipSyncError.FileChanged, failure.Error);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_said_to_be_so()
    {
        await using var server = Storage(_ => WireAnswer.Empty(200));
        using var client = Wire.Client(server);

        var gone = await Assert.ThrowsAsync<LipSyncException>(() => client.UploadAsync(Source(Clip) with { Open = () => File.OpenRead("/nowhere/clip.mp4") }, null, null, default));
        var locked = await Assert.ThrowsAsync<LipSyncException>(() => client.UploadAsync(Source(Clip) with { Open = () => throw new UnauthorizedAccessException("no") }, null, null, default));

        Assert.Equal((LipSyncError.FileNotFound, LipSyncError.FileUnreadable), (gone.Error, locked.Error));
    }

    [Fact]
    public async Task A_put_without_progress_is_given_up()
    {
        await using var server = Storage(_ => new WireAnswer { Silent = true });
        var time = new FakeTimeProvider();
        using var client = Wire.Client(server, time);
        using var stop = new CancellationTokenSource();

        var uploading = client.UploadAsync(Source(Clip), null, null, stop.Token);
        await StatusTests.Until(() => server.Requests.Length == 2);
        await Task.Delay(50);
        time.Advance(TimeSpan.FromSeconds(299));
        await Task.Delay(50);
        Assert.Equal(2, server.Requests.Length);
        time.Advance(TimeSpan.FromSeconds(2));
        await StatusTests.Until(() =>
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            return server.Requests.Length >= 3;
        });

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => uploading);
    }
}
