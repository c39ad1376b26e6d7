using KlingLipSync.Jobs.Store;
using KlingLipSync.Tests.Unit.Fal;

namespace KlingLipSync.Tests.Unit.Jobs;

/// <summary>A store that is carried from worker to worker under a name of its operator's.</summary>
[Collection(nameof(Alone))]
public sealed class StoreNameTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void A_store_of_a_name_is_that_of_every_machine_of_that_name_and_of_no_other()
    {
        StoreFile.Open(scratch.Path, TimeProvider.System).Dispose();
        try
        {
            // Whoever only looks changes nothing.
            Environment.SetEnvironmentVariable(Machine.Variable, " lipsync-worker ");
            Assert.Equal(Machine.Own, Owner());

            // The machine that has it gives it the name with the first run; from then on it is the name's.
            using (var store = new JobStore(scratch.Path, TimeProvider.System))
            {
                store.BeginRun("run", "Invoke-KlingLipSync");
            }

            Assert.Equal("lipsync-worker", Owner());
            Environment.SetEnvironmentVariable(Machine.Variable, "another");
            AssertRefused(LipSyncError.StoreOfOtherMachine);
            Environment.SetEnvironmentVariable(Machine.Variable, null);
            AssertRefused(LipSyncError.StoreOfOtherMachine);
        }
        finally
        {
            Environment.SetEnvironmentVariable(Machine.Variable, null);
        }
    }

    [Fact]
    public void A_name_does_not_open_what_is_another_machines()
    {
        using (var connection = StoreFile.Open(scratch.Path, TimeProvider.System))
        {
            connection.Run("UPDATE store SET value = 'elsewhere' WHERE key = 'machine'");
        }

        Environment.SetEnvironmentVariable(Machine.Variable, "lipsync-worker");
        try
        {
            AssertRefused(LipSyncError.StoreOfOtherMachine);
        }
        finally
        {
            Environment.SetEnvironmentVariable(Machine.Variable, null);
        }
    }

    private string? Owner()
    {
        using var connection = StoreFile.Open(scratch.Path, TimeProvider.System);
        return connection.Scalar<string>("SELECT value FROM store WHERE key = 'machine'");
    }

    private void AssertRefused(LipSyncError expected) =>
        Assert.Equal(expected, Assert.Throws<LipSyncException>(() => StoreFile.Open(scratch.Path, TimeProvider.System)).Error);
}
