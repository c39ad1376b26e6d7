using KlingLipSync.Jobs.Store;
using KlingLipSync.Tests.Unit.Fal;

namespace KlingLipSync.Tests.Unit.Jobs;

/// <summary>Whoever only looks leaves the store as it is.</summary>
public sealed class StoreGlanceTests : IDisposable
{
    private readonly Scratch here = new(), there = new();

    public void Dispose()
    {
        here.Dispose();
        there.Dispose();
    }

    [Fact]
    public void What_is_still_in_the_log_of_a_store_is_read_and_stays_in_the_log()
    {
        // As a process that was killed leaves it: the last changes are in the log alone.
        using (var connection = StoreFile.Open(here.Path, TimeProvider.System))
        {
            connection.Run("PRAGMA wal_autocheckpoint = 0");
            connection.Run("INSERT INTO runs (id, command, process_id, started_at) VALUES ('run', 'Invoke-KlingLipSync', 1, 0)");
            foreach (var name in new[] { StoreFile.Name, StoreFile.Name + "-wal" })
            {
                File.Copy(Path.Combine(here.Path, name), Path.Combine(there.Path, name));
            }
        }

        var before = Bytes(there.Path);
        Assert.NotEmpty(before.Log);

        using (var glance = StoreGlance.Open(there.Path)!)
        {
            Assert.Empty(glance.Jobs("", 50));
        }

        var after = Bytes(there.Path);
        Assert.Equal(before.Store, after.Store);
        Assert.Equal(before.Log, after.Log);
    }

    [Fact]
    public void Another_machines_store_is_not_looked_at()
    {
        using (var connection = StoreFile.Open(here.Path, TimeProvider.System))
        {
            using (var glance = StoreGlance.Open(here.Path))
            {
                Assert.NotNull(glance);
            }

            connection.Run("UPDATE store SET value = 'elsewhere' WHERE key = 'machine'");
        }

        Assert.Null(StoreGlance.Open(here.Path));
    }

    private static (byte[] Store, byte[] Log) Bytes(string folder) =>
        (File.ReadAllBytes(Path.Combine(folder, StoreFile.Name)), File.ReadAllBytes(Path.Combine(folder, StoreFile.Name + "-wal")));
}
