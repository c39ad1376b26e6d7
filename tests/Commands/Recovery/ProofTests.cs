using System.Management.Automation;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Recovery;

/// <summary>A paid request that never reached fal: sent again on the user's word, and only on proof. The time that a proof takes is shortened here.</summary>
[Collection(EnvironmentCollection.Name)]
public sealed class ProofTests : IDisposable
{
    private readonly EnvironmentScope environment = new();

    public void Dispose() => environment.Dispose();

    [Fact]
    public async Task Proven_absent_it_is_held_by_default_and_sent_again_on_the_users_word()
    {
        await using var shell = await Lost("0.5");
        (await shell.RunAsync("Invoke-KlingLipSync $clip")).OneError("SubmitUnconfirmed", ErrorCategory.OperationStopped);
        (await shell.RunAsync("Invoke-KlingLipSync $witness -NoWait")).CleanOne();
        await PastTheHorizon();

        var held = (await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out")).OneError("SubmitUnconfirmed", ErrorCategory.OperationStopped);
        Assert.Contains("It is proven that fal never had it", held.Exception.Message);
        Assert.Equal(1, shell.Emulator.Accepted());

        var sent = (await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out -OnUnconfirmed Resubmit")).CleanOne();
        Assert.False(sent.Reused());
        shell.Emulator.AssertOutputs([sent]);
        Assert.Equal((2, 3), (shell.Emulator.Accepted(), shell.Emulator.Hits(EmulatorRoute.Submit)));
    }

    [Fact]
    public async Task Without_a_later_request_as_witness_nothing_is_sent_again()
    {
        await using var shell = await Lost("0");
        (await shell.RunAsync("Invoke-KlingLipSync $clip")).OneError("SubmitUnconfirmed", ErrorCategory.OperationStopped);
        await PastTheHorizon();

        var held = (await shell.RunAsync("Invoke-KlingLipSync $clip -OnUnconfirmed Resubmit")).OneError("SubmitUnconfirmed", ErrorCategory.OperationStopped);
        Assert.Contains("run any other clip first", held.Exception.Message);
        Assert.Equal(1, shell.Emulator.Hits(EmulatorRoute.Submit));

        // What it asks for helps, in the same command.
        var both = (await shell.RunAsync("Invoke-KlingLipSync $clip, $witness -Destination $out -OnUnconfirmed Resubmit")).Clean();
        shell.Emulator.AssertOutputs(both);
        Assert.Equal((2, 2), (both.Count, shell.Emulator.Accepted()));
    }

    [Fact]
    public async Task An_unconfirmed_job_counts_against_the_budget_until_it_is_proven_absent()
    {
        await using var shell = await Lost("0");
        (await shell.RunAsync("Set-KlingLipSyncBudget 0.14 Day")).Clean();
        (await shell.RunAsync("Invoke-KlingLipSync $clip")).OneError("SubmitUnconfirmed", ErrorCategory.OperationStopped);
        (await shell.RunAsync("Invoke-KlingLipSync $witness")).CleanOne();
        Assert.Equal(0.14m, (await shell.RunAsync("Get-KlingLipSyncBudget")).CleanOne().Get("Spent"));
        await PastTheHorizon();

        (await shell.RunAsync("Invoke-KlingLipSync $clip -OnUnconfirmed Resubmit")).CleanOne();

        Assert.Equal(0.14m, (await shell.RunAsync("Get-KlingLipSyncBudget")).CleanOne().Get("Spent"));
        Assert.Equal(0.14m, shell.Emulator.Ledger().AmountUsd);
    }

    /// <summary>The next paid request gets lost on its way. <c>$clip</c> and <c>$witness</c> are clips.</summary>
    private async Task<LipSyncShell> Lost(string horizon)
    {
        environment["KLINGLIPSYNC_HORIZON_SECONDS"] = horizon;
        var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("one.mp4");
        shell["witness"] = shell.Folder.Pair("witness.mp4");
        shell.Emulator.AddFaults(new Fault(EmulatorRoute.Submit, FaultKind.ResetBeforeAccept));
        return shell;
    }

    /// <summary>The horizon, and the whole seconds of fal's clock.</summary>
    private static Task PastTheHorizon() => Task.Delay(TimeSpan.FromSeconds(1.7));
}
