using KlingLipSync.Jobs.Store;

namespace KlingLipSync.Tests.Unit.Jobs;

/// <summary>A run that lives until it is disposed, and then is gone as after a kill.</summary>
internal sealed class TestRun : IDisposable
{
    private readonly OwnerLock owner;

    public TestRun(JobStore store, string id)
    {
        Id = id;
        owner = OwnerLock.Take(store.Folder, id);
        store.BeginRun(id, "test");
    }

    public string Id { get; }

    // As a kill leaves it: the lock is gone and the row is not.
    public void Dispose() => owner.Dispose();
}
