using System.Management.Automation;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Recovery;

/// <summary>A proof that was wrong, because fal's history left a request out: the second payment is told, and what it paid for can be had.</summary>
[Collection(EnvironmentCollection.Name)]
public sealed partial class LateFindTests : IDisposable
{
    private readonly EnvironmentScope environment = new() { ["KLINGLIPSYNC_HORIZON_SECONDS"] = "0" };

    public void Dispose() => environment.Dispose();

    [Fact]
    public async Task The_next_run_warns_of_the_second_payment_and_the_line_it_names_saves_the_result()
    {
        await using var shell = await PaidTwice();
        var late = shell.Emulator.Ledger().Requests[0];

        var run = await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out");

        Assert.True(run.CleanOne().Reused());
        var warning = Assert.Single(run.Warnings);
        Assert.Contains("paid twice", warning);
        Assert.Contains(late.RequestId, warning);
        var file = (await shell.RunAsync(Remedy().Match(warning).Value.Replace("<folder>", "$out"))).CleanOne();
        Assert.Equal((late.OutputSha256, $"one.{late.RequestId}.mp4"), (LedgerReading.Sha256(file.Text("FullName")!), file.Text("Name")));

        // The job stands on its own request, and both are there; the warning is not said again.
        shell.Emulator.AssertOutputs((await shell.RunAsync("Get-KlingLipSyncJob $clipJob.Id")).Clean());
        Assert.Equal(2, Directory.GetFiles(shell.Folder.Out).Length);
        Assert.Empty((await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out")).Warnings);
        Assert.Equal(3, shell.Emulator.Accepted());
    }

    [Fact]
    public async Task Both_payments_count_and_the_second_is_shown_by_fals_id()
    {
        await using var shell = await PaidTwice();
        var late = shell.Emulator.Ledger().Requests[0].RequestId;
        shell["late"] = late;
        (await shell.RunAsync("Invoke-KlingLipSync $clip")).CleanOne();

        var second = (await shell.RunAsync("Get-KlingLipSyncJob $late")).CleanOne();

        Assert.Equal((late, "Completed", "Yes"), (second.Text("RequestId"), second.State(), second.Text("Billed")));
        (await shell.RunAsync("Set-KlingLipSyncBudget 1 Day")).Clean();
        Assert.Equal(shell.Emulator.Ledger().AmountUsd, (await shell.RunAsync("Get-KlingLipSyncBudget")).CleanOne().Get("Spent"));
    }

    [Fact]
    public async Task Handed_on_as_an_object_the_second_payment_stays_itself()
    {
        await using var shell = await PaidTwice();
        var late = shell.Emulator.Ledger().Requests[0];
        shell["late"] = late.RequestId;
        (await shell.RunAsync("Invoke-KlingLipSync $clip")).CleanOne();
        shell["other"] = shell.Folder.At("other");

        var file = (await shell.RunAsync("Save-KlingLipSyncResult -InputObject (Get-KlingLipSyncJob $late) -Destination $other")).CleanOne();

        Assert.Equal(late.OutputSha256, LedgerReading.Sha256(file.Text("FullName")!));
    }

    /// <summary>The pair <c>$clip</c> was paid for, taken for absent, and paid for again as <c>$clipJob</c>.</summary>
    private static async Task<LipSyncShell> PaidTwice()
    {
        var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("one.mp4");
        shell["witness"] = shell.Folder.Pair("witness.mp4");
        shell.Emulator.AddFaults(
            new Fault(EmulatorRoute.Submit, FaultKind.ResetAfterAccept),
            new Fault(EmulatorRoute.History, FaultKind.Status) { Status = 500, Times = 4 });
        (await shell.RunAsync("Invoke-KlingLipSync $clip")).OneError("SubmitUnconfirmed", ErrorCategory.OperationStopped);
        (await shell.RunAsync("Invoke-KlingLipSync $witness -NoWait")).CleanOne();

        // fal's clock has whole seconds.
        await Task.Delay(TimeSpan.FromSeconds(1.7));
        shell.Emulator.AddFaults(new Fault(EmulatorRoute.History, FaultKind.Status)
        {
            Status = 200,
            Body = await HistoryWithout(shell.Emulator, shell.Emulator.Ledger().Requests[0].RequestId),
        });
        var again = (await shell.RunAsync("$clipJob = Invoke-KlingLipSync $clip -Destination $out -OnUnconfirmed Resubmit; $clipJob")).CleanOne();
        Assert.False(again.Reused());
        Assert.Equal(3, shell.Emulator.Accepted());
        return shell;
    }

    private static async Task<string> HistoryWithout(EmulatorServer emulator, string request)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Add("Authorization", "Key demo:demo");
        var page = JsonNode.Parse(await client.GetStringAsync(new Uri(emulator.Url,
            "api/v1/models/requests/by-endpoint?endpoint_id=fal-ai/kling-video/lipsync/audio-to-video&expand=payloads")))!;
        var items = page["items"]!.AsArray();
        items.Remove(items.Single(item => (string?)item!["request_id"] == request));
        return page.ToJsonString();
    }

    [GeneratedRegex(@"Save-KlingLipSyncResult .*'\{Name\}\.\{RequestId\}'")]
    private static partial Regex Remedy();
}
