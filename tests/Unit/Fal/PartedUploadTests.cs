using KlingLipSync.Emulator;
using KlingLipSync.Fal;

namespace KlingLipSync.Tests.Unit.Fal;

/// <summary>Large files, which go up in parts.</summary>
[Collection(nameof(Alone))]
public class PartedUploadTests : UploadScene
{
    [Fact]
    public async Task A_large_file_goes_up_in_parts_and_failed_parts_alone_again()
    {
        const long length = 95L << 20;
        await using var emulator = await EmulatorServer.StartAsync(EmulatorOptions.Instant);
        emulator.AddFaults(
            new Fault(EmulatorRoute.Part, FaultKind.Status) { Status = 503 },
            new Fault(EmulatorRoute.Part, FaultKind.ResetAfterAccept),
            new Fault(EmulatorRoute.Complete, FaultKind.Status) { Status = 500 });
        using var client = Client(emulator);
        var seen = new Steps();

        var upload = await client.UploadAsync(Generated(length), new FalLifecycle(TimeSpan.FromHours(1)), seen, default);

        var ledger = emulator.Ledger();
        var stored = Assert.Single(ledger.Uploads);
        Assert.Equal((stored.Url, stored.Bytes, stored.Sha256), (upload.Url.AbsoluteUri, upload.Bytes, upload.Sha256));
        Assert.Equal(length, upload.Bytes);
        Assert.Equal((1, 12, 2), (ledger.Hits(EmulatorRoute.Initiate), ledger.Hits(EmulatorRoute.Part), ledger.Hits(EmulatorRoute.Complete)));
        Assert.Equal(0, ledger.KeyLeaks);
        Assert.Equal(length, seen.Values.Last());
    }

    [Fact]
    public async Task A_part_number_stands_before_the_signature_and_tags_come_from_body_or_header()
    {
        await using var server = Parts(number => number % 2 == 0
            ? WireAnswer.Json(200, $$"""{"partNumber":{{number}},"etag":"\"t{{number}}\""}""")
            : WireAnswer.Empty(200, ("ETag", $"\"t{number}\"")));
        using var client = Wire.Client(server);

        await client.UploadAsync(Generated(FalStorage.LargestSinglePut + 1), Hour, null, default);

        Assert.Equal("/rest/storage/upload/initiate-multipart?storage_type=fal-cdn-v3", server.Requests[0].Target);
        Assert.Equal(Hour.ToJson(), server.Requests[0].Header("X-Fal-Object-Lifecycle"));
        Assert.Equal(Hour.ToJson(), server.Requests[0].Header("X-Fal-Object-Lifecycle-Preference"));
        Assert.Equal([.. Enumerable.Range(1, 10).Select(n => $"/cdn/upload/1/{n}?sig=s")], server.Requests.Where(r => r.Method == "PUT").Select(r => r.Target).Order(ByNumber));
        Assert.Equal([1L, .. Enumerable.Repeat(10L << 20, 9)], server.Requests.Where(r => r.Method == "PUT").Select(r => r.BodyLength).Order());
        var complete = server.Requests.Last();
        Assert.Equal(("POST", "/cdn/upload/1/complete?sig=s"), (complete.Method, complete.Target));
        Assert.Null(complete.Header("Authorization"));
        Assert.StartsWith("""{"parts":[{"partNumber":1,"etag":"\u0022t1\u0022"},{"partNumber":2,"etag":"\u0022t2\u0022"}""", complete.BodyStart, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_part_refused_for_good_starts_over_with_a_new_target()
    {
        var refused = false;
        await using var server = Storage(target =>
        {
            if (target == 1 && !refused)
            {
                refused = true;
                return WireAnswer.Empty(403);
            }
            return WireAnswer.Empty(200, ("ETag", "\"t\""));
        });
        using var client = Wire.Client(server);

        var upload = await client.UploadAsync(Generated(FalStorage.LargestSinglePut + 1), null, null, default);

        Assert.EndsWith("/cdn/files/2.mp4", upload.Url.AbsoluteUri, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(85)]
    [InlineData(95)]
    public async Task Memory_does_not_grow_with_the_file(int mebibytes)
    {
        await using var server = Storage(_ => WireAnswer.Empty(200, ("ETag", "\"t\"")));
        using var client = Wire.Client(server);
        await client.UploadAsync(Generated(1 << 20), null, null, default);
        var before = GC.GetTotalAllocatedBytes(precise: true);

        await client.UploadAsync(Generated((long)mebibytes << 20), null, null, default);

        // What the test's own server takes is most of it.
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 8 << 20);
    }

    [Fact]
    public async Task Parts_go_up_side_by_side_and_only_so_many()
    {
        var (here, most) = (0, 0);
        var enough = new TaskCompletionSource();
        await using var server = Parts(number => new WireAnswer
        {
            Headers = new() { ["ETag"] = $"\"t{number}\"", ["Content-Length"] = "2" },
            Write = async (body, ct) =>
            {
                most = Math.Max(most, Interlocked.Increment(ref here));
                if (here == FalPartPuts.AtOnce)
                    enough.TrySetResult();
                await enough.Task.WaitAsync(ct);
                Interlocked.Decrement(ref here);
                await body.WriteAsync("{}"u8.ToArray(), ct);
            },
        });
        using var client = Wire.Client(server);

        await client.UploadAsync(Generated(FalStorage.LargestSinglePut + 1), null, null, default);

        Assert.Equal(FalPartPuts.AtOnce, most);
    }

    [Theory]
    [InlineData(FaultKind.Status)]
    [InlineData(FaultKind.ResetBeforeAccept)]
    [InlineData(FaultKind.ResetAfterAccept)]
    public async Task What_breaks_in_the_middle_goes_on_from_the_parts_that_arrived(FaultKind kind)
    {
        await using var emulator = await EmulatorServer.StartAsync(EmulatorOptions.Instant);
        emulator.AddFaults(new Fault(EmulatorRoute.Part, kind) { After = 6, Times = 0 });
        using var client = Client(emulator);
        var source = Generated(95L << 20);
        var failure = await Assert.ThrowsAsync<FalException>(() => client.UploadAsync(source, Hour, null, default));
        Assert.Equal(LipSyncError.UploadFailed, failure.ToLipSync().Error);
        var before = emulator.Ledger();
        emulator.ClearFaults();
        var seen = new Steps();

        // The same bytes under another name: they are what counts.
        var upload = await client.UploadAsync(source with { FileName = "other.mp4" }, Hour, seen, default);

        var ledger = emulator.Ledger();
        Assert.Equal((1, 4, 1), (ledger.Hits(EmulatorRoute.Initiate), ledger.Hits(EmulatorRoute.Part) - before.Hits(EmulatorRoute.Part), ledger.Hits(EmulatorRoute.Complete)));
        var stored = Assert.Single(ledger.Uploads);
        Assert.Equal((stored.Url, stored.Bytes, stored.Sha256), (upload.Url.AbsoluteUri, upload.Bytes, upload.Sha256));
        Assert.Equal((60L << 20, 95L << 20), (seen.Values.First() >> 20 << 20, seen.Values.Last()));
    }

    [Fact]
    public async Task Where_only_the_closing_failed_only_that_is_done_again()
    {
        await using var emulator = await EmulatorServer.StartAsync(EmulatorOptions.Instant);
        emulator.AddFaults(new Fault(EmulatorRoute.Complete, FaultKind.Status) { Times = 4 });
        using var client = Client(emulator);
        await Assert.ThrowsAsync<FalException>(() => client.UploadAsync(Generated(95L << 20), Hour, null, default));

        var upload = await client.UploadAsync(Generated(95L << 20), Hour, null, default);

        var ledger = emulator.Ledger();
        Assert.Equal((1, 10, 5), (ledger.Hits(EmulatorRoute.Initiate), ledger.Hits(EmulatorRoute.Part), ledger.Hits(EmulatorRoute.Complete)));
        Assert.Equal(Assert.Single(ledger.Uploads).Sha256, upload.Sha256);
    }

    [Fact]
    public async Task A_target_that_takes_nothing_any_more_is_not_tried_for_ever()
    {
        await using var emulator = await EmulatorServer.StartAsync(EmulatorOptions.Instant);
        emulator.AddFaults(new Fault(EmulatorRoute.Complete, FaultKind.Status) { Times = 8 });
        using var client = Client(emulator);
        await Assert.ThrowsAsync<FalException>(() => client.UploadAsync(Generated(95L << 20), Hour, null, default));
        await Assert.ThrowsAsync<FalException>(() => client.UploadAsync(Generated(95L << 20), Hour, null, default));

        await client.UploadAsync(Generated(95L << 20), Hour, null, default);

        Assert.Equal((2, 20), (emulator.Ledger().Hits(EmulatorRoute.Initiate), emulator.Ledger().Hits(EmulatorRoute.Part)));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(410)]
    public async Task A_target_that_is_used_up_by_then_is_replaced_and_all_parts_go_up(int status)
    {
        await using var emulator = await EmulatorServer.StartAsync(EmulatorOptions.Instant);
        emulator.AddFaults(new Fault(EmulatorRoute.Part, FaultKind.Status) { After = 6, Times = 0 });
        using var client = Client(emulator);
        await Assert.ThrowsAsync<FalException>(() => client.UploadAsync(Generated(95L << 20), Hour, null, default));
        emulator.ClearFaults();
        emulator.AddFaults(new Fault(EmulatorRoute.Part, FaultKind.Status) { Status = status });

        var upload = await client.UploadAsync(Generated(95L << 20), Hour, null, default);

        Assert.Equal(2, emulator.Ledger().Hits(EmulatorRoute.Initiate));
        Assert.Equal(Assert.Single(emulator.Ledger().Uploads).Sha256, upload.Sha256);
    }

    [Fact]
    public async Task A_closing_whose_answer_was_lost_ends_with_a_file_that_is_whole()
    {
        await using var emulator = await EmulatorServer.StartAsync(EmulatorOptions.Instant);
        emulator.AddFaults(new Fault(EmulatorRoute.Complete, FaultKind.ResetAfterAccept));
        using var client = Client(emulator);

        var upload = await client.UploadAsync(Generated(95L << 20), Hour, null, default);

        // The first target is closed, and says so to the second closing: another one, and an orphan.
        var ledger = emulator.Ledger();
        Assert.Equal((2, 2), (ledger.Hits(EmulatorRoute.Initiate), ledger.Uploads.Count));
        Assert.Equal(ledger.Uploads[1].Url, upload.Url.AbsoluteUri);
        Assert.All(ledger.Uploads, u => Assert.Equal(upload.Sha256, u.Sha256));
    }

    [Fact]
    public async Task A_part_of_other_bytes_than_those_that_were_read_first_is_never_closed()
    {
        const int length = 95 << 20;
        await using var emulator = await EmulatorServer.StartAsync(EmulatorOptions.Instant);
        using var client = Client(emulator);
        var digest = await FalDigest.OfAsync(new GeneratedStream(length), default);
        var changed = new byte[length];
        new GeneratedStream(length).ReadExactly(changed);
        changed[50 << 20]++;

        var failure = await Assert.ThrowsAsync<LipSyncException>(
            () => client.UploadAsync(Generated(length) with { Digest = digest, Open = () => new MemoryStream(changed) }, Hour, null, default));

        Assert.Equal(LipSyncError.FileChanged, failure.Error);
        Assert.Equal(0, emulator.Ledger().Hits(EmulatorRoute.Complete));
        Assert.Empty(emulator.Ledger().Uploads);
        Assert.Equal(10, digest.Parts.Count);
        Assert.Equal(Hex(changed.AsSpan(90 << 20).ToArray()), digest.Parts[9]);
    }

    [Fact]
    public async Task Two_uploads_of_the_same_bytes_at_one_time_have_two_targets()
    {
        await using var emulator = await EmulatorServer.StartAsync(EmulatorOptions.Instant);
        using var client = Client(emulator);

        var uploads = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => client.UploadAsync(Generated(91L << 20), Hour, null, default))));

        Assert.NotEqual(uploads[0].Url, uploads[1].Url);
        Assert.All(emulator.Ledger().Uploads, u => Assert.Equal(uploads[0].Sha256, u.Sha256));
    }
}
