using System.Diagnostics;
using KlingLipSync.Emulator;
using KlingLipSync.Jobs;
using KlingLipSync.Jobs.Store;
using KlingLipSync.Fal;

namespace KlingLipSync.Tests.Unit.Jobs;

/// <summary>The store's disk: network, full, read-only. On real file systems where this user may mount one.</summary>
public sealed class StoreDiskTests : BatchScene
{
    [Theory]
    [InlineData(DriveType.Network, "anything", true)]
    [InlineData(DriveType.Unknown, "fuse.sshfs", true)]
    [InlineData(DriveType.Fixed, "9p", true)]
    [InlineData(DriveType.Fixed, "nfs4", true)]
    [InlineData(DriveType.Fixed, "smb3", true)]
    [InlineData(DriveType.Fixed, "cifs", true)]
    [InlineData(DriveType.Fixed, "ext4", false)]
    [InlineData(DriveType.Fixed, "zfs", false)]
    [InlineData(DriveType.Ram, "tmpfs", false)]
    [InlineData(DriveType.Fixed, "unionfs", false)]
    [InlineData(DriveType.Fixed, "NTFS", false)]
    [InlineData(DriveType.Fixed, "apfs", false)]
    public void A_network_file_system_is_known_by_kind_or_name(DriveType type, string format, bool expected) =>
        Assert.Equal(expected, new StoreDrive(type, format, 0).IsNetwork);

    [Theory]
    [InlineData("/home/me/store", "ext4")]
    [InlineData("/home/me/remote/store", "fuse.sshfs")]
    [InlineData("/home/me/remote else", "ext4")]
    [InlineData("/mnt/two words/store", "nfs4")]
    [InlineData("/mnt/twice", "tmpfs")]
    public void A_folder_lies_on_the_deepest_mount_above_it(string folder, string expected) => Assert.Equal(expected, StoreDrive.FormatIn(
        [
            "/dev/vda / ext4 rw,relatime 0 0",
            "me@host:/ /home/me/remote fuse.sshfs rw 0 0",
            @"server:/x /mnt/two\040words nfs4 rw 0 0",
            "/dev/sdb /mnt/twice ext4 rw 0 0",
            "tmpfs /mnt/twice tmpfs rw 0 0",
        ], folder));

    [Fact]
    public async Task An_end_that_cannot_be_written_is_no_reason_to_wait_for_oneself()
    {
        await using var fal = await StartAsync();
        fal.AddFaults(new Fault(EmulatorRoute.Submit, FaultKind.ResetAfterAccept));
        using var session = Session(fal);
        using var watch = new BoundaryWatch(session, "IntentWritten", () => Directly("CREATE TRIGGER full BEFORE UPDATE ON attempts WHEN new.state = 'Unconfirmed' BEGIN SELECT RAISE(ABORT, 'disk'); END"));
        var run = Run.Begin(session.Store, session.Time, "test");
        var batch = new Batch(session, new BatchOptions(), run);
        await batch.RunAsync([Pair("a"), Pair("a") with { Target = Target("elsewhere") }], CancellationToken.None);
        Directly("DROP TRIGGER full");
        var outcomes = new List<BatchOutcome>();
        while (batch.Outcomes.TryRead(out var outcome))
        {
            outcomes.Add(outcome);
        }

        Assert.Equal(2, outcomes.Count);
        Assert.All(outcomes, o => Assert.Equal(LipSyncError.SubmitUnconfirmed, o.Error!.Error));
        Assert.NotNull(batch.Stopped);
        await run.DisposeAsync();
        Assert.Equal(LipSyncJobState.Saved, Assert.Single(await RunAsync(session, [Pair("a")])).Job!.State);
        Assert.Single(fal.Ledger().Requests);

        void Directly(string sql)
        {
            using var raw = StoreFile.Open(scratch.File("store"), TimeProvider.System);
            raw.Run(sql);
        }
    }

    [Fact]
    public void A_store_on_a_network_file_system_is_refused_before_it_is_made()
    {
        var e = Assert.Throws<LipSyncException>(() => new JobStore(scratch.File("store"), TimeProvider.System, _ => new StoreDrive(DriveType.Network, "nfs4", 1 << 30)));
        Assert.Equal(LipSyncError.StoreOnNetwork, e.Error);
        Assert.Contains("nfs4", e.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(scratch.File("store/" + StoreFile.Name)));
    }

    [Fact]
    public void A_disk_with_little_room_is_refused_before_spending()
    {
        using var disk = Disk.Mount(scratch.File("disk"), mebibytes: 60);
        using var store = new JobStore(scratch.File("disk/store"), TimeProvider.System);
        Assert.Equal(LipSyncError.StoreDiskFull, Assert.Throws<LipSyncException>(store.CheckBeforeSpending).Error);
    }

    [Fact]
    public void A_read_only_home_is_a_clear_error_with_a_store_and_without()
    {
        using var disk = Disk.Mount(scratch.File("disk"), mebibytes: 8);
        new JobStore(scratch.File("disk/store"), TimeProvider.System).Dispose();
        disk.MakeReadOnly();
        Assert.All(["disk/store", "disk/other"], folder =>
            Assert.Equal(LipSyncError.StoreNotWritable, Assert.Throws<LipSyncException>(() => new JobStore(scratch.File(folder), TimeProvider.System)).Error));
    }

    [Fact]
    public async Task A_disk_that_fills_up_between_post_and_receipt_is_waited_for()
    {
        using var disk = Disk.Mount(scratch.File("disk"), mebibytes: 80);
        await using var fal = await StartAsync();
        using var session = OnDisk(fal, TimeProvider.System);
        using var boundary = new BoundaryWatch(session, "PostAccepted", () =>
        {
            disk.Fill();
            _ = Task.Run(async () =>
            {
                await Task.Delay(2500);
                disk.Free();
            });
        });
        var outcome = Assert.Single(await RunAsync(session, [Pair("a")]));
        Assert.Equal(1, boundary.Crossings);
        Assert.Equal(LipSyncJobState.Saved, outcome.Job!.State);
        Assert.Equal(fal.Ledger().Requests.Single().RequestId, outcome.Job.RequestId);
    }

    [Fact]
    public async Task A_disk_that_stays_full_is_an_error_with_the_request_id_and_stops_spending()
    {
        using var disk = Disk.Mount(scratch.File("disk"), mebibytes: 80);
        await using var fal = await StartAsync();
        using (var session = OnDisk(fal, time))
        {
            using var boundary = new BoundaryWatch(session, "PostAccepted", disk.Fill);
            try
            {
                var (outcomes, stopped) = await RunBatchAsync(session, [Pair("a"), Pair("b"), Pair("c")], new BatchOptions { ThrottleLimit = 1 });
                Assert.Fail($"The end of the run cannot be written: {outcomes.Count} {stopped}");
            }
            catch (LipSyncException e) when (e.Error == LipSyncError.StoreDiskFull)
            {
                // The run's own end found no room either.
            }

            Assert.Equal(1, boundary.Crossings);
        }

        Assert.Single(fal.Ledger().Requests);
        disk.Free();

        // The lock went with the run; the request is found at fal and nothing is paid twice.
        using var later = OnDisk(fal, time);
        Assert.All(await RunAsync(later, [Pair("a"), Pair("b"), Pair("c")]), o => Assert.Equal(LipSyncJobState.Saved, o.Job!.State));
        Assert.Equal(3, fal.Ledger().Requests.Count);
    }

    [Fact]
    public async Task The_error_of_an_unwritten_receipt_names_the_request()
    {
        using var disk = Disk.Mount(scratch.File("disk"), mebibytes: 80);
        await using var fal = await StartAsync();
        using var session = OnDisk(fal, time);
        using var boundary = new BoundaryWatch(session, "PostAccepted", disk.Fill);
        var run = Run.Begin(session.Store, session.Time, "test");
        var batch = new Batch(session, new BatchOptions { ThrottleLimit = 1 }, run);
        await batch.RunAsync([Pair("a"), Pair("b")], CancellationToken.None);
        Assert.True(batch.Outcomes.TryRead(out var lost));
        Assert.Equal(LipSyncError.ReceiptNotWritten, lost.Error!.Error);
        Assert.Contains(fal.Ledger().Requests.Single().RequestId, lost.Error.Message, StringComparison.Ordinal);
        Assert.True(batch.Outcomes.TryRead(out var unsent));
        Assert.True(unsent.IsUnsent);
        Assert.Equal(LipSyncError.StoreDiskFull, batch.Stopped!.Error);
        disk.Free();
        await run.DisposeAsync();
    }

    private LipSyncSession OnDisk(EmulatorServer fal, TimeProvider clock) =>
        new(FalEndpoint.Parse(fal.Url.AbsoluteUri), FalCredential.Parse("demo:demo"), scratch.File("disk/store"), clock, () => 0.5);

    /// <summary>A small file system of its own in memory.</summary>
    private sealed class Disk : IDisposable
    {
        private readonly string path;

        private Disk(string path) => this.path = path;

        public static Disk Mount(string path, int mebibytes)
        {
            Directory.CreateDirectory(path);
            Assert.SkipUnless(OperatingSystem.IsLinux() && Run("mount", "-t", "tmpfs", "-o", $"size={mebibytes}m", "tmpfs", path), "This user may not mount a file system.");
            return new Disk(path);
        }

        public void MakeReadOnly() => Assert.True(Run("mount", "-o", "remount,ro", path));

        public void Fill()
        {
            // In ever smaller pieces, so that not a byte of room is left.
            using var filler = new FileStream(Path.Combine(path, "filler"), FileMode.Create, FileAccess.Write, FileShare.None, 1);
            foreach (var piece in new[] { 64 * 1024, 512, 1 })
            {
                try
                {
                    for (var written = 0; written < 200 << 20; written += piece)
                    {
                        filler.Write(new byte[piece]);
                    }
                }
                catch (IOException)
                {
                    // Full, but for less than a piece.
                }
            }
        }

        public void Free() => File.Delete(Path.Combine(path, "filler"));

        public void Dispose() => Run("umount", path);

        private static bool Run(string command, params string[] arguments)
        {
            using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
    }
}
