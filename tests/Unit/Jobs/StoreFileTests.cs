using System.Diagnostics;
using KlingLipSync.Jobs.Store;
using Microsoft.Data.Sqlite;

namespace KlingLipSync.Tests.Unit.Jobs;

public sealed class StoreFileTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task Those_that_make_a_store_at_one_moment_all_have_it()
    {
        for (var n = 0; n < 30; n++)
        {
            var folder = scratch.File($"made-at-once-{n}");
            using var start = new Barrier(4);
            var makers = Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(() =>
            {
                start.SignalAndWait();
                using var store = new JobStore(folder, TimeProvider.System);
            }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
            await Task.WhenAll(makers);
        }
    }

    [Fact]
    public void A_new_store_is_made_durable_marked_and_strict()
    {
        using var connection = StoreFile.Open(scratch.File("new"), TimeProvider.System);
        Assert.Equal("wal", connection.Scalar<string>("PRAGMA journal_mode"));
        Assert.Equal(2, connection.Scalar<long>("PRAGMA synchronous"));
        Assert.Equal(Schema.ApplicationId, connection.Scalar<long>("PRAGMA application_id"));
        Assert.Equal(Schema.Migrations.Length, connection.Scalar<long>("PRAGMA user_version"));
        Assert.Equal(1, connection.Scalar<long>("SELECT min(strict) FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'"));
    }

    [Fact]
    public void Its_folder_is_the_owners_alone()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows keeps a profile's folders private by inheritance.");
            return;
        }

        StoreFile.Open(scratch.File("private"), TimeProvider.System).Dispose();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(scratch.File("private")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(scratch.File("private/" + StoreFile.Name)));
    }

    [Fact]
    public void Opening_again_changes_nothing()
    {
        using (var first = StoreFile.Open(scratch.Path, TimeProvider.System))
        {
            first.Run("INSERT INTO runs (id, command, process_id, started_at) VALUES ('r', 'c', 1, 2)");
        }

        using var second = StoreFile.Open(scratch.Path, TimeProvider.System);
        Assert.Equal(1, second.Scalar<long>("SELECT count(*) FROM runs"));
    }

    [Fact]
    public void Opening_it_twice_in_one_process_keeps_its_locks()
    {
        Assert.SkipUnless(File.Exists("/proc/locks"), "Only Linux shows its locks.");
        using var first = StoreFile.Open(scratch.Path, TimeProvider.System);
        Assert.True(IsLocked());
        StoreFile.Open(scratch.Path, TimeProvider.System).Dispose();
        Assert.True(IsLocked());

        // The list is not read in one piece: while others lock and unlock, a line may be missed, but not every time.
        bool IsLocked()
        {
            var inode = ":" + Inode(scratch.File(StoreFile.Name)) + " ";
            return Enumerable.Range(0, 20).Any(_ => File.ReadLines("/proc/locks").Any(l => l.Contains(inode, StringComparison.Ordinal)));
        }

        static string Inode(string path)
        {
            using var stat = Process.Start(new ProcessStartInfo("stat", ["-c", "%i", path]) { RedirectStandardOutput = true })!;
            return stat.StandardOutput.ReadToEnd().Trim();
        }
    }

    [Fact]
    public void Bytes_that_are_no_database_are_left_as_they_are()
    {
        var path = scratch.Write(StoreFile.Name, "these are somebody's notes, not a database"u8.ToArray());
        AssertRefused(LipSyncError.StoreCorrupt);
        Assert.StartsWith("these are", File.ReadAllText(path), StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_database_is_refused_and_left_as_it_is()
    {
        StoreFile.Open(scratch.Path, TimeProvider.System).Dispose();
        var path = scratch.File(StoreFile.Name);
        var bytes = File.ReadAllBytes(path);
        Array.Fill(bytes, (byte)0xA5, 100, bytes.Length - 100);
        File.WriteAllBytes(path, bytes);
        AssertRefused(LipSyncError.StoreCorrupt);
        Assert.Equal(bytes, File.ReadAllBytes(path));
    }

    [Fact]
    public void Damage_behind_the_first_page_is_found_before_spending()
    {
        using (var store = new JobStore(scratch.Path, TimeProvider.System))
        {
            for (var i = 0; i < 200; i++)
            {
                store.CacheHash($"/clips/{i}.mp4", i, DateTime.UnixEpoch, new string('a', 64));
            }
        }

        var path = scratch.File(StoreFile.Name);
        var bytes = File.ReadAllBytes(path);
        for (var page = bytes.Length / 2; page < bytes.Length; page += 4096)
        {
            Array.Fill(bytes, (byte)0x5A, page, 512);
        }

        File.WriteAllBytes(path, bytes);
        var e = Assert.Throws<LipSyncException>(() =>
        {
            using var store = new JobStore(scratch.Path, TimeProvider.System);
            store.CheckBeforeSpending();
        });
        Assert.Equal(LipSyncError.StoreCorrupt, e.Error);
    }

    [Fact]
    public void Another_programs_database_is_refused()
    {
        using (var other = new SqliteConnection($"Data Source={scratch.File(StoreFile.Name)};Pooling=False"))
        {
            other.Open();
            other.Run("CREATE TABLE customers (name TEXT)");
        }

        AssertRefused(LipSyncError.StoreForeign);
    }

    [Fact]
    public void An_older_module_leaves_a_newer_store_alone()
    {
        using (var connection = StoreFile.Open(scratch.Path, TimeProvider.System))
        {
            connection.Run($"PRAGMA user_version = {Schema.Migrations.Length + 1}");
        }

        AssertRefused(LipSyncError.StoreNewer);
    }

    [Fact]
    public void Another_machines_store_is_refused()
    {
        using (var connection = StoreFile.Open(scratch.Path, TimeProvider.System))
        {
            connection.Run("UPDATE store SET value = 'elsewhere' WHERE key = 'machine'");
        }

        AssertRefused(LipSyncError.StoreOfOtherMachine);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_a_clear_error()
    {
        var file = scratch.Write("file", [1]);
        var e = Assert.Throws<LipSyncException>(() => StoreFile.Open(Path.Combine(file, "store"), TimeProvider.System));
        Assert.Equal(LipSyncError.StoreNotWritable, e.Error);
    }

    [Fact]
    public void A_folder_in_the_stores_place_is_a_clear_error()
    {
        Directory.CreateDirectory(scratch.File(StoreFile.Name));
        AssertRefused(LipSyncError.StoreNotWritable);
    }

    private void AssertRefused(LipSyncError expected) =>
        Assert.Equal(expected, Assert.Throws<LipSyncException>(() => StoreFile.Open(scratch.Path, TimeProvider.System)).Error);
}
