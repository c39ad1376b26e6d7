using KlingLipSync.Jobs;
using KlingLipSync.Jobs.Store;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace KlingLipSync.Tests.Unit.Jobs;

/// <summary>Copies of the store, one a day, that know that they are copies.</summary>
public sealed class StoreCopyTests : IDisposable
{
    private static readonly BudgetScope Scope = new("fal", "model", "key");

    private readonly Scratch scratch = new();
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 1, 30, 23, 0, 0, TimeSpan.Zero));

    private string Folder => scratch.File("store");

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void One_a_day_is_made_and_the_newest_seven_are_kept()
    {
        using var store = new JobStore(Folder, time);
        for (var day = 0; day < 9; day++)
        {
            Assert.Null(store.CopyTodays());
            Assert.Null(store.CopyTodays());
            time.Advance(TimeSpan.FromDays(1));
        }

        var copies = Directory.GetFiles(Path.Combine(Folder, StoreCopies.FolderName)).Select(f => Path.GetFileName(f)!).Order().ToList();
        Assert.Equal(7, copies.Count);
        Assert.Equal(("store-2026-02-01.db", "store-2026-02-07.db"), (copies[0], copies[^1]));
        Assert.EndsWith("store-2026-02-07.db", StoreCopies.Newest(Folder), StringComparison.Ordinal);
    }

    [Fact]
    public void Who_has_paid_renews_his_own_copy_and_one_that_is_old()
    {
        time.SetUtcNow(DateTimeOffset.UtcNow);
        using var store = new JobStore(Folder, time);
        store.CopyTodays();
        store.SetBudget(Scope, LipSyncBudgetPeriod.Day, 1m);
        Assert.Null(store.CopyTodays(hasPaid: true));
        Assert.Equal(1, Budgets());

        // Another process: the copy is young, and then it is not.
        using var other = new JobStore(Folder, time);
        other.SetBudget(Scope, LipSyncBudgetPeriod.Month, 1m);
        Assert.Null(other.CopyTodays(hasPaid: true));
        Assert.Equal(1, Budgets());
        File.SetLastWriteTimeUtc(StoreCopies.Newest(Folder)!, DateTime.UtcNow.AddHours(-2));
        Assert.Null(other.CopyTodays(hasPaid: true));
        Assert.Equal(2, Budgets());
        Assert.Single(Directory.GetFiles(Path.Combine(Folder, StoreCopies.FolderName)));

        long Budgets()
        {
            using var copy = new SqliteConnection($"Data Source={StoreCopies.Newest(Folder)};Pooling=False;Mode=ReadOnly");
            copy.Open();
            return copy.Scalar<long>("SELECT count(*) FROM budgets");
        }
    }

    [Fact]
    public void A_copy_of_a_day_to_come_is_no_newest_one()
    {
        time.SetUtcNow(DateTimeOffset.UtcNow.AddDays(400));
        using (var ahead = new JobStore(Folder, time))
        {
            ahead.CopyTodays();
        }

        using var store = new JobStore(Folder, TimeProvider.System);
        Assert.Null(store.CopyTodays());
        Assert.EndsWith($"store-{DateTime.UtcNow:yyyy-MM-dd}.db", StoreCopies.Newest(Folder), StringComparison.Ordinal);
    }

    [Fact]
    public void A_copy_is_the_owners_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows keeps a profile's folders private by inheritance.");
        using var store = new JobStore(Folder, time);
        store.CopyTodays();
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(Folder, StoreCopies.FolderName)));
        }
    }

    [Fact]
    public void A_restored_copy_has_what_was_in_the_store_and_says_once_what_it_is()
    {
        using (var store = new JobStore(Folder, time))
        {
            store.SetBudget(Scope, LipSyncBudgetPeriod.Day, 1m);
            Assert.Null(store.CopyTodays());
            store.SetBudget(Scope, LipSyncBudgetPeriod.Month, 2m);
            Assert.Null(store.TakeRestoredFrom());
        }

        var made = time.GetUtcNow();
        var copy = StoreCopies.Newest(Folder)!;
        foreach (var file in Directory.GetFiles(Folder, StoreFile.Name + "*"))
        {
            File.Delete(file);
        }

        File.Copy(copy, Path.Combine(Folder, StoreFile.Name));
        time.Advance(TimeSpan.FromDays(1));
        using var restored = new JobStore(Folder, time);
        restored.CheckBeforeSpending();
        Assert.Equal([LipSyncBudgetPeriod.Day], restored.BudgetsFor(Scope).Select(b => b.Period));
        Assert.Equal(made, restored.TakeRestoredFrom());
        Assert.Null(restored.TakeRestoredFrom());
        Assert.Null(restored.CopyTodays());
    }

    [Fact]
    public void A_copy_that_cannot_be_made_is_told_and_leaves_nothing()
    {
        using var store = new JobStore(Folder, time);
        File.WriteAllText(Path.Combine(Folder, StoreCopies.FolderName), "in the way");
        Assert.NotNull(store.CopyTodays());
        store.SetBudget(Scope, LipSyncBudgetPeriod.Day, 1m);
    }

    [Fact]
    public void A_damaged_store_names_its_newest_copy_and_how_to_bring_it_back()
    {
        using (var store = new JobStore(Folder, time))
        {
            store.CopyTodays();
        }

        File.WriteAllText(Path.Combine(Folder, StoreFile.Name), "no database at all, and long enough to have a header of its own, one hundred bytes and some more to be sure");
        var e = Assert.Throws<LipSyncException>(() => new JobStore(Folder, time));
        Assert.Equal(LipSyncError.StoreCorrupt, e.Error);
        Assert.Contains("store-2026-01-30.db", e.Message, StringComparison.Ordinal);
        Assert.Contains("Copy-Item", e.Remedy, StringComparison.Ordinal);
    }
}
