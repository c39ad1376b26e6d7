using System.Security.Cryptography;
using KlingLipSync.Emulator;
using KlingLipSync.Fal;
using KlingLipSync.Jobs;
using KlingLipSync.Jobs.Store;
using KlingLipSync.Tests.Unit.Fal;
using KlingLipSync.Tests.Unit.Media;

namespace KlingLipSync.Tests.Unit.Jobs;

/// <summary>Which bytes go up, and how often.</summary>
[Collection(nameof(Alone))]
public sealed class UploadsTests : BatchScene
{
    private static readonly byte[] Sound = TestMedia.Wav(seconds: 3, seed: 4711);

    [Fact]
    public async Task Ten_clips_with_one_sound_under_ten_names_bring_it_once()
    {
        await using var fal = await StartAsync();
        using var session = Session(fal);
        var pairs = Enumerable.Range(0, 10).Select(n => Pair($"clip{n}") with { Audio = MediaInput.File(scratch.Write($"voice{n}.wav", Sound)) }).ToList();

        var outcomes = await RunAsync(session, pairs, new BatchOptions { ThrottleLimit = 10 });

        Assert.All(outcomes, o => Assert.Equal(LipSyncJobState.Saved, o.Job!.State));
        var ledger = fal.Ledger();
        Assert.Equal(11, ledger.Uploads.Count);
        Assert.Equal(ledger.Uploads.Select(u => u.Sha256).Distinct().Count(), ledger.Uploads.Count);
        Assert.Equal(10, ledger.Requests.Count);
    }

    [Fact]
    public async Task The_same_bytes_under_another_type_are_another_file()
    {
        await using var fal = await StartAsync();
        using var session = Session(fal);
        var uploads = new Uploads(session, new BatchOptions());

        var first = await BringAsync(uploads, scratch.Write("a.wav", Sound));
        var same = await BringAsync(uploads, scratch.Write("b.WAV", Sound));
        var other = await BringAsync(uploads, scratch.Write("c.mp3", Sound));

        Assert.Equal(first, same);
        Assert.NotEqual(first, other);
        Assert.Equal(["audio/wav", "audio/mpeg"], fal.Ledger().Uploads.Select(u => u.ContentType));
    }

    [Fact]
    public async Task A_url_that_will_not_live_long_enough_is_not_used_again()
    {
        await using var fal = await StartAsync();
        using var session = Session(fal);
        var path = scratch.Write("a.wav", Sound);
        var early = await BringAsync(new Uploads(session, new BatchOptions { UploadExpiry = TimeSpan.FromHours(8) }), path);

        var late = await BringAsync(new Uploads(session, new BatchOptions { StartTimeout = TimeSpan.FromHours(8) }), path);

        Assert.NotEqual(early, late);
        Assert.Equal(late, await BringAsync(new Uploads(session, new BatchOptions()), path));
    }

    [Fact]
    public async Task Of_two_sessions_on_one_store_the_second_waits_for_the_first()
    {
        await using var fal = await StartAsync();
        using var one = Session(fal);
        using var two = Session(fal);
        fal.AddFaults(new Fault(EmulatorRoute.Put, FaultKind.SlowHeaders) { Milliseconds = 700 });
        var path = scratch.Write("a.wav", Sound);

        var first = BringAsync(new Uploads(one, new BatchOptions()), path);
        await StatusTests.Until(() => fal.Ledger().Hits(EmulatorRoute.Put) == 1);
        var second = BringAsync(new Uploads(two, new BatchOptions()), scratch.Write("b.wav", Sound));

        Assert.Equal(await first, await second);
        Assert.Single(fal.Ledger().Uploads);
        Assert.Empty(Directory.GetFiles(Path.Combine(scratch.File("store"), "uploads")));
    }

    [Fact]
    public async Task Where_the_first_fails_the_second_sends_them()
    {
        await using var fal = await StartAsync();
        using var one = Session(fal);
        using var two = Session(fal);
        fal.AddFaults(new Fault(EmulatorRoute.Put, FaultKind.Status) { Status = 413, Milliseconds = 700 });
        var path = scratch.Write("a.wav", Sound);

        var first = BringAsync(new Uploads(one, new BatchOptions()), path);
        await StatusTests.Until(() => fal.Ledger().Hits(EmulatorRoute.Put) == 1);
        var second = BringAsync(new Uploads(two, new BatchOptions()), path);

        await Assert.ThrowsAsync<FalException>(() => first);
        var url = await second;
        Assert.Equal(Assert.Single(fal.Ledger().Uploads).Url, url.AbsoluteUri);
    }

    [Fact]
    public async Task A_file_that_changed_fails_alone_and_not_those_that_had_the_same_bytes()
    {
        await using var fal = await StartAsync();
        using var session = Session(fal);
        var uploads = new Uploads(session, new BatchOptions());
        var (changed, kept) = (scratch.Write("a.wav", [.. Sound[..^1], 0x55]), scratch.Write("b.wav", Sound));
        fal.AddFaults(new Fault(EmulatorRoute.Put, FaultKind.SlowHeaders) { Milliseconds = 500 });

        var first = BringAsync(uploads, changed);
        await StatusTests.Until(() => fal.Ledger().Hits(EmulatorRoute.Put) == 1);
        var second = BringAsync(uploads, kept);

        Assert.Equal(LipSyncError.FileChanged, (await Assert.ThrowsAsync<LipSyncException>(() => first)).Error);
        var url = await second;
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Sound)), fal.Ledger().Uploads.Single(u => u.Url == url.AbsoluteUri).Sha256);
    }

    [Fact]
    public async Task A_large_file_that_changed_behind_its_size_and_time_is_never_submitted()
    {
        await using var fal = await StartAsync();
        using var session = Session(fal);
        var path = Large("large.mp4");
        var sha256 = await new FileHasher(session.Store).HashAsync(path, default);
        var time = File.GetLastWriteTimeUtc(path);
        using (var file = File.OpenWrite(path))
        {
            file.Position = 45 << 20;
            file.WriteByte(0x55);
        }
        File.SetLastWriteTimeUtc(path, time);

        var failure = await Assert.ThrowsAsync<LipSyncException>(() => new Uploads(session, new BatchOptions()).BringAsync(path, sha256, () => { }, new Progress<long>(), default));

        Assert.Equal(LipSyncError.FileChanged, failure.Error);
        Assert.Empty(fal.Ledger().Uploads);
        Assert.Null(new FileHasher(session.Store).KnownHash(path));
    }

    [Fact]
    public async Task A_large_file_is_hashed_once_and_its_parts_with_it()
    {
        await using var fal = await StartAsync();
        using var session = Session(fal);
        var path = Large("large.mp4");
        var info = new FileInfo(path);

        var sha256 = await new FileHasher(session.Store).HashAsync(path, default);
        var known = session.Store.CachedDigest(path, info.Length, info.LastWriteTimeUtc)!;
        var url = await new Uploads(session, new BatchOptions()).BringAsync(path, sha256, () => { }, new Progress<long>(), default);

        var bytes = await File.ReadAllBytesAsync(path);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), known.Sha256);
        Assert.Equal(bytes.Chunk(FalStorage.PartSize).Select(part => Convert.ToHexStringLower(SHA256.HashData(part))), known.Parts);
        Assert.Equal((sha256, url.AbsoluteUri), (fal.Ledger().Uploads.Single().Sha256, fal.Ledger().Uploads.Single().Url));
        Assert.Equal(10, fal.Ledger().Hits(EmulatorRoute.Part));
    }

    [Fact]
    public async Task A_part_that_failed_all_its_tries_is_taken_up_alone()
    {
        await using var fal = await StartAsync();
        using var session = Session(fal);
        var uploads = new Uploads(session, new BatchOptions());
        var path = Large("large.mp4");
        var sha256 = await new FileHasher(session.Store).HashAsync(path, default);

        // The tenth hit and all that follow are of the one part that is left.
        fal.AddFaults(new Fault(EmulatorRoute.Part, FaultKind.Status) { After = 9, Times = 4 });
        await uploads.BringAsync(path, sha256, () => { }, new Progress<long>(), default);

        Assert.Equal((1, 9 + 4 + 1), (fal.Ledger().Hits(EmulatorRoute.Initiate), fal.Ledger().Hits(EmulatorRoute.Part)));
        Assert.Equal(sha256, Assert.Single(fal.Ledger().Uploads).Sha256);
    }

    [Fact]
    public async Task An_upload_that_breaks_again_and_again_is_an_upload_that_failed()
    {
        await using var fal = await StartAsync();
        using var session = Session(fal);
        var path = Large("large.mp4");
        var sha256 = await new FileHasher(session.Store).HashAsync(path, default);
        fal.AddFaults(new Fault(EmulatorRoute.Complete, FaultKind.Status) { Times = 0 });
        var failure = await Assert.ThrowsAsync<FalException>(() => new Uploads(session, new BatchOptions()).BringAsync(path, sha256, () => { }, new Progress<long>(), default));
        Assert.Equal((LipSyncError.UploadFailed, 3 * 4), (failure.ToLipSync().Error, fal.Ledger().Hits(EmulatorRoute.Complete)));
    }

    [Fact]
    public void A_lock_is_one_holders_and_leaves_no_file()
    {
        Assert.True(UploadLock.TryTake(scratch.Path, "abc", out var held));
        Assert.False(UploadLock.TryTake(scratch.Path, "abc", out _));
        Assert.True(UploadLock.TryTake(scratch.Path, "abd", out var other));
        held!.Dispose();
        other!.Dispose();

        Assert.True(UploadLock.TryTake(scratch.Path, "abc", out var again));
        again!.Dispose();
        Assert.Empty(Directory.GetFiles(Path.Combine(scratch.Path, "uploads")));
    }

    [Fact]
    public void Where_no_lock_can_be_made_nobody_waits_for_one()
    {
        scratch.Write("uploads", []);

        Assert.True(UploadLock.TryTake(scratch.Path, "abc", out var none));
        Assert.Null(none);
    }

    private static Task<Uri> BringAsync(Uploads uploads, string path) =>
        uploads.BringAsync(path, Convert.ToHexStringLower(SHA256.HashData(Sound)), () => { }, new Progress<long>(), default);

    private string Large(string name)
    {
        using var file = File.Create(scratch.File(name));
        new GeneratedStream(FalStorage.LargestSinglePut + (5 << 20)).CopyTo(file);
        return file.Name;
    }
}
