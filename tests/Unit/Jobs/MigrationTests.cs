using KlingLipSync.Jobs;
using KlingLipSync.Jobs.Store;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace KlingLipSync.Tests.Unit.Jobs;

/// <summary>A store of an earlier version is brought up with its rows.</summary>
public sealed class MigrationTests : IDisposable
{
    private static readonly BudgetScope Scope = new("fal", "model", "key");

    private readonly Scratch scratch = new();
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 1, 2, 0, 0, 0, TimeSpan.Zero));

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void What_version_1_paid_counts_and_what_it_left_reserved_does_not()
    {
        // As version 1 left them: paid and its amount still on the job, paid for a URL whose price was not known, and one of yesterday.
        MakeVersion1(
            """
            INSERT INTO runs (id, command, process_id, started_at) VALUES ('old', 'Invoke-KlingLipSync', 1, 0);
            INSERT INTO jobs (id, pair, service, endpoint_id, account, state, run_id, attempt, quoted_micro_usd, reserved_micro_usd, billed, created_at, changed_at)
            VALUES ('j1', 'p1', 'fal', 'model', 'key', 'Completed', 'old', 1, 70000, 70000, 'Yes', 0, 0),
                   ('j2', 'p2', 'fal', 'model', 'key', 'Queued', 'old', 1, NULL, 0, 'Unknown', 0, 0),
                   ('j3', 'p3', 'fal', 'model', 'key', 'Completed', 'old', 1, 70000, 70000, 'Yes', 0, 0),
                   ('j4', 'p4', 'fal', 'other', 'key', 'Completed', 'old', 1, 70000, 70000, 'Yes', 0, 0);
            INSERT INTO attempts (job_id, number, run_id, state, video_url, audio_url, service, key_id, amount_micro_usd, start_timeout_ms,
                intent_at, fal_intent_at, request_id, billed)
            VALUES ('j1', 1, 'old', 'Ended', 'https://v1', 'https://a', 'fal', 'key', 70000, 1, 1767312000000, 0, 'req-1', 'Yes'),
                   ('j2', 1, 'old', 'Accepted', 'https://v2', 'https://a', 'fal', 'key', NULL, 1, 1767312000000, 0, 'req-2', NULL),
                   ('j3', 1, 'old', 'Ended', 'https://v3', 'https://a', 'fal', 'key', 70000, 1, 1767311999999, 0, 'req-3', 'Yes'),
                   ('j4', 1, 'old', 'Ended', 'https://v4', 'https://a', 'fal', 'key', 70000, 1, 1767312000000, 0, 'req-4', 'Yes');
            """);

        using var store = new JobStore(scratch.Path, time);

        Assert.Equal(["req-1", "req-2", "req-3", "req-4"], store.List(new JobFilter()).Select(j => j.RequestId).Order());
        store.SetBudget(Scope, LipSyncBudgetPeriod.Day, 1m);
        store.SetBudget(Scope, LipSyncBudgetPeriod.Month, 1m);
        Assert.Equal([(0.21m, 0m), (0.28m, 0m)], store.BudgetsFor(Scope).Select(b => (b.Spent, b.Reserved)));
        Assert.Equal(Schema.Migrations.Length, Raw(c => c.Scalar<long>("PRAGMA user_version")));
        Assert.Equal(0, Raw(c => c.Scalar<long>("SELECT sum(reserved_micro_usd) FROM jobs")));
    }

    [Fact]
    public void An_attempt_of_a_version_1_that_still_runs_counts_as_well()
    {
        MakeVersion1("");
        using var store = new JobStore(scratch.Path, time);
        using var run = new TestRun(store, "run-1");
        var job = store.ClaimPair(new PairIdentity("fal", "model", "key", "v", "a"), run.Id, new JobFacts { MicroUsd = 70_000 }, null).Job;
        Raw(c => c.Run("""
            INSERT INTO attempts (job_id, number, run_id, state, video_url, audio_url, service, key_id, amount_micro_usd, start_timeout_ms, intent_at, fal_intent_at)
            VALUES ($id, 1, 'run-1', 'Intent', 'https://v', 'https://a', 'fal', 'key', 70000, 1, 1767312000000, 0)
            """, ("$id", job.Id)));
        store.Release(job.Id, run.Id);
        store.SetBudget(Scope, LipSyncBudgetPeriod.Day, 1m);
        Assert.Equal(0.07m, Assert.Single(store.BudgetsFor(Scope)).Spent);
    }

    private void MakeVersion1(string rows) => Directly(c =>
    {
        c.Run(Schema.Migrations[0]);
        c.Run(rows.Length == 0 ? "SELECT 1" : rows);
        c.Run($"PRAGMA application_id = {Schema.ApplicationId}; PRAGMA user_version = 1");
        return 0;
    });

    private T Raw<T>(Func<SqliteConnection, T> ask) => Directly(ask);

    /// <summary>Past the code that brings a store up.</summary>
    private T Directly<T>(Func<SqliteConnection, T> ask)
    {
        using var connection = new SqliteConnection($"Data Source={scratch.File(StoreFile.Name)};Pooling=False");
        connection.Open();
        return ask(connection);
    }
}
