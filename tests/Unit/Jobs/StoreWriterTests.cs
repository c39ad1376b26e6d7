using KlingLipSync.Jobs.Store;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace KlingLipSync.Tests.Unit.Jobs;

/// <summary>Changes that wait for each other share a flush; what one does wrong is undone alone.</summary>
public sealed class StoreWriterTests : IDisposable
{
    private readonly Scratch scratch = new();
    private readonly SqliteConnection connection;
    private readonly object gate = new();
    private readonly StoreWriter writer;
    private int commits;

    public StoreWriterTests()
    {
        connection = StoreFile.Open(scratch.Path, TimeProvider.System);
        raw.sqlite3_commit_hook(connection.Handle, _ =>
        {
            commits++;
            return 0;
        }, null);
        writer = new StoreWriter(connection, gate);
    }

    public void Dispose()
    {
        connection.Dispose();
        scratch.Dispose();
    }

    [Fact]
    public async Task What_waits_together_is_committed_together()
    {
        await TogetherAsync([.. Enumerable.Range(0, 20).Select(n => (Action)(() => writer.Write(c => Insert(c, $"{n}"))))]);
        Assert.Equal(20, Rows().Count);

        // The one that came first may have gone alone.
        Assert.InRange(commits, 1, 2);
    }

    [Fact]
    public async Task Each_gets_its_own_answer()
    {
        var answers = new int[20];
        await TogetherAsync([.. Enumerable.Range(0, 20).Select(n => (Action)(() => answers[n] = writer.Write(c => c.Scalar<int>("SELECT $n * 2", ("$n", n)))))]);
        Assert.Equal(Enumerable.Range(0, 20).Select(n => n * 2), answers);
    }

    [Fact]
    public async Task A_change_that_says_no_is_undone_alone()
    {
        Exception? refusal = null;
        await TogetherAsync(
            () => writer.Write(c => Insert(c, "before")),
            () => refusal = Record.Exception(() => writer.Write<int>(c =>
            {
                Insert(c, "refused");
                throw new LipSyncException(LipSyncError.InputsUnsettled, "no");
            })),
            () => writer.Write(c => Insert(c, "after")));
        Assert.Equal("no", Assert.IsType<LipSyncException>(refusal).Message);
        Assert.Equal(["after", "before"], Rows());
    }

    [Fact]
    public async Task A_change_that_the_database_refuses_harms_no_other()
    {
        Exception? refusal = null;
        await TogetherAsync(
            () => writer.Write(c => Insert(c, "before")),
            () => refusal = Record.Exception(() => writer.Write(c => Insert(c, "twice") + Insert(c, "twice"))),
            () => writer.Write(c => Insert(c, "after")));
        Assert.IsType<SqliteException>(refusal);
        Assert.Equal(["after", "before"], Rows());
    }

    [Fact]
    public async Task Only_what_asks_for_it_is_flushed_and_one_that_does_flushes_all()
    {
        const long full = 2, normal = 1;
        long Level() => writer.Write(c => c.Scalar<long>("PRAGMA synchronous"), flush: false);
        Assert.Equal(normal, Level());
        Assert.Equal(full, writer.Write(c => c.Scalar<long>("PRAGMA synchronous")));
        Assert.Equal(normal, Level());

        var levels = new long[3];
        await TogetherAsync(
            () => levels[0] = writer.Write(c => c.Scalar<long>("PRAGMA synchronous"), flush: false),
            () => levels[1] = writer.Write(c => c.Scalar<long>("PRAGMA synchronous")),
            () => levels[2] = writer.Write(c => c.Scalar<long>("PRAGMA synchronous"), flush: false));
        Assert.Equal(full, levels[1]);

        // The one that came first may have gone alone.
        Assert.InRange(levels.Count(l => l == full), 2, 3);
    }

    [Fact]
    public async Task A_crowd_loses_nothing()
    {
        await Task.WhenAll(Enumerable.Range(0, 16).Select(t => Task.Run(() =>
        {
            for (var n = 0; n < 40; n++)
            {
                writer.Write(c => Insert(c, $"{t}-{n}"));
            }
        })));
        Assert.Equal(16 * 40, Rows().Count);
        Assert.InRange(commits, 1, 16 * 40);
    }

    [Fact]
    public void A_closed_connection_is_an_error_and_no_wait()
    {
        connection.Close();
        Assert.ThrowsAny<InvalidOperationException>(() => writer.Write(c => Insert(c, "late")));
    }

    /// <summary>Lets all of them wait at the gate before any may pass.</summary>
    private async Task TogetherAsync(params Action[] changes)
    {
        var tasks = new List<Task>();
        lock (gate)
        {
            foreach (var change in changes)
            {
                var started = new ManualResetEventSlim();
                tasks.Add(Task.Factory.StartNew(() =>
                {
                    started.Set();
                    change();
                }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
                started.Wait();
            }

            Thread.Sleep(100);
        }

        await Task.WhenAll(tasks);
    }

    private static int Insert(SqliteConnection c, string key) => c.Run("INSERT INTO store (key, value) VALUES ($key, 'test')", ("$key", key));

    private List<string> Rows()
    {
        using var command = connection.Prepare("SELECT key FROM store WHERE value = 'test' ORDER BY key");
        using var row = command.ExecuteReader();
        var keys = new List<string>();
        while (row.Read())
        {
            keys.Add(row.GetString(0));
        }

        return keys;
    }
}
