using BenchmarkDotNet.Attributes;
using KlingLipSync.Jobs.Store;
using Microsoft.Data.Sqlite;

namespace KlingLipSync.Bench.Store;

/// <summary>Small changes that must each be on the disk before their caller goes on: one flush each, and flushes that are shared.</summary>
public class CommitBenchmarks
{
    /// <summary>How many changes each caller makes.</summary>
    public const int Each = 50;

    private readonly object gate = new();
    private SqliteConnection connection = null!;
    private StoreWriter writer = null!;

    /// <summary>How many callers there are at once: as many as jobs are worked on.</summary>
    [Params(1, 8, 32, 128)]
    public int Callers { get; set; }

    /// <summary>Opens a store.</summary>
    [GlobalSetup]
    public void Open()
    {
        // Each caller blocks for its flush.
        ThreadPool.SetMinThreads(256, 16);
        connection = StoreFile.Open(Folder.New(), TimeProvider.System);
        writer = new StoreWriter(connection, gate);
        for (var caller = 0; caller < 128; caller++)
        {
            connection.Run("INSERT INTO store (key, value) VALUES ($key, '0')", ("$key", $"caller {caller}"));
        }
    }

    /// <summary>Closes it.</summary>
    [GlobalCleanup]
    public void Close() => connection.Dispose();

    /// <summary>A transaction for each change.</summary>
    [Benchmark(Baseline = true)]
    public void Alone() => All(key =>
    {
        lock (gate)
        {
            using var transaction = connection.BeginTransaction(deferred: false);
            Change(connection, key);
            transaction.Commit();
        }
    });

    /// <summary>As the store does it.</summary>
    [Benchmark]
    public void Together() => All(key => writer.Write(c => Change(c, key)));

    private static int Change(SqliteConnection c, string key) => c.Run("UPDATE store SET value = value + 1 WHERE key = $key", ("$key", key));

    private void All(Action<string> change) => Task.WaitAll([.. Enumerable.Range(0, Callers).Select(caller => Task.Run(() =>
    {
        for (var n = 0; n < Each; n++)
        {
            change($"caller {caller}");
        }
    }))]);
}
