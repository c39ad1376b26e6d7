using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace KlingLipSync.Bench.SideBySide;

/// <summary>What the smallest durable commit takes on this disk: no client that keeps its receipts can be rid of it.</summary>
internal static class Commits
{
    private const int Count = 50;

    /// <summary>The median of some commits, in milliseconds.</summary>
    /// <param name="folder">Where the file is made.</param>
    public static double Milliseconds(string folder)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "commits.db")};Pooling=False");
        connection.Open();
        Run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE IF NOT EXISTS t (n INTEGER) STRICT; INSERT INTO t VALUES (0)");
        return Enumerable.Range(0, Count).Select(_ =>
        {
            var started = Stopwatch.GetTimestamp();
            Run("UPDATE t SET n = n + 1");
            return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }).Median();

        void Run(string sql)
        {
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            command.ExecuteNonQuery();
        }
    }
}
