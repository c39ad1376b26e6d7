using System.Management.Automation;
using System.Net;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Jobs;

/// <summary>Remove-KlingLipSyncJob -Payload: fal deletes first, or the record stays.</summary>
public sealed class RemovePayloadTests
{
    private static readonly EmulatorOptions WithAdmin = EmulatorOptions.Instant with { AdminKeys = ["admin:admin"] };

    [Fact]
    public async Task With_an_admin_key_the_result_is_gone_at_fal_and_the_uploads_stay()
    {
        await using var shell = await Saved();
        var request = Assert.Single(shell.Emulator.Ledger().Requests);
        Assert.Equal(HttpStatusCode.OK, await Status(request.OutputUrl!));

        Assert.Empty((await shell.RunAsync("$job | Remove-KlingLipSyncJob -Payload -ApiKey $admin; Get-KlingLipSyncJob")).Clean());

        Assert.Equal(HttpStatusCode.NotFound, await Status(request.OutputUrl!));
        Assert.Equal(HttpStatusCode.NotFound, await Status($"{shell.Emulator.Url}queue/fal-ai/kling-video/requests/{request.RequestId}", "demo:demo"));
        Assert.All(await Task.WhenAll(shell.Emulator.Ledger().Uploads.Select(u => Status(u.Url))), status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.True(File.Exists(shell.Folder.At("out", "one.lipsync.mp4")));
        Assert.Equal(1, shell.Emulator.Hits(EmulatorRoute.DeletePayloads));
    }

    [Fact]
    public async Task Afterwards_the_pair_is_lost_and_only_the_users_word_pays_for_it_again()
    {
        await using var shell = await Saved();
        (await shell.RunAsync("$job | Remove-KlingLipSyncJob -Payload -ApiKey $admin")).Clean();

        var error = (await shell.RunAsync("Invoke-KlingLipSync $clip")).OneError("JobLost", ErrorCategory.ObjectNotFound);

        Assert.Contains("deleted at fal", error.Exception.Message);
        Assert.Equal("Lost", error.Target().State());
        Assert.Equal(1, shell.Emulator.Hits(EmulatorRoute.Submit));
        var anew = (await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out -ResubmitBefore ([DateTime]::UtcNow) -Force")).CleanOne();
        Assert.False(anew.Reused());
        shell.Emulator.AssertOutputs([anew]);
        Assert.Equal(2, shell.Emulator.Accepted());
    }

    [Fact]
    public async Task An_ordinary_key_deletes_nothing_and_forgets_nothing()
    {
        await using var shell = await Saved();

        var error = (await shell.RunAsync("$job | Remove-KlingLipSyncJob -Payload")).OneError("AdminKeyRequired", ErrorCategory.PermissionDenied);

        Assert.Contains("ADMIN", error.ErrorDetails.RecommendedAction);
        await AssertUntouched(shell);
    }

    [Theory]
    [InlineData(400, """{"error":{"type":"validation_error","message":"Not now"}}""")]
    [InlineData(200, """{"cdn_delete_results":[{"link":"https://v3.fal.media/files/x/a.mp4","exception":"It is in use"}]}""")]
    [InlineData(200, "<html>Log in</html>")]
    public async Task If_fal_does_not_delete_the_record_stays(int status, string body)
    {
        await using var shell = await Saved();
        shell.Emulator.AddFaults(new Fault(EmulatorRoute.DeletePayloads, FaultKind.Status) { Status = status, Body = body, Times = 0 });

        var error = (await shell.RunAsync("$job | Remove-KlingLipSyncJob -Payload -ApiKey $admin")).OneError("PayloadsNotDeleted", ErrorCategory.WriteError);

        Assert.Equal("Saved", error.Target().State());
        await AssertUntouched(shell);
        shell.Emulator.ClearFaults();
        Assert.Empty((await shell.RunAsync("$job | Remove-KlingLipSyncJob -Payload -ApiKey $admin; Get-KlingLipSyncJob")).Clean());
    }

    [Fact]
    public async Task A_job_of_another_endpoint_is_not_asked_for_at_this_one()
    {
        await using var shell = await Saved();
        await using var elsewhere = await EmulatorServer.StartAsync(WithAdmin);
        shell["elsewhere"] = elsewhere.Url.ToString();

        var error = (await shell.RunAsync("$job | Remove-KlingLipSyncJob -Payload -ApiKey $admin -Endpoint $elsewhere")).OneError("PayloadsNotDeleted", ErrorCategory.WriteError);

        Assert.Contains(elsewhere.Url.Authority, error.Exception.Message);
        Assert.Contains(shell.Emulator.Url.Authority, error.Exception.Message);
        Assert.Equal(0, elsewhere.Hits(EmulatorRoute.DeletePayloads));
        await AssertUntouched(shell);

        // Only to forget it, its endpoint is no matter.
        Assert.Empty((await shell.RunAsync("$job | Remove-KlingLipSyncJob -Endpoint $elsewhere; Get-KlingLipSyncJob")).Clean());
    }

    [Fact]
    public async Task What_the_key_does_not_know_is_not_given_up()
    {
        await using var shell = await LipSyncShell.OpenAsync(WithAdmin with { Keys = ["boss:boss", "demo:demo"] });
        shell["admin"] = ModuleSession.Secure("admin:admin");
        shell["clip"] = shell.Folder.Pair("one.mp4");
        (await shell.RunAsync("$job = Invoke-KlingLipSync $clip -Destination $out")).Clean();
        var request = Assert.Single(shell.Emulator.Ledger().Requests);

        var run = await shell.RunAsync("$job | Remove-KlingLipSyncJob -Payload -ApiKey $admin; Get-KlingLipSyncJob");

        Assert.Empty(run.Clean());
        var warning = Assert.Single(run.Warnings);
        Assert.Contains(request.RequestId, warning);
        Assert.Contains("nothing of job", warning);

        // The admin of another account deleted nothing, so that the paid result is still to be had.
        shell.Emulator.AssertOutputs([(await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out -Force")).CleanOne()]);
        Assert.Equal(1, shell.Emulator.Accepted());
    }

    [Fact]
    public async Task What_never_came_to_fal_is_forgotten_without_asking_it()
    {
        await using var shell = await LipSyncShell.OpenAsync(WithAdmin);
        shell["admin"] = ModuleSession.Secure("admin:admin");
        shell["clip"] = shell.Folder.Pair("one.mp4");
        shell.Emulator.AddFaults(new Fault(EmulatorRoute.Submit, FaultKind.Status) { Status = 422, Body = """{"detail":"No"}""" });
        shell["job"] = (await shell.RunAsync("Invoke-KlingLipSync $clip")).OneError("SubmitRefused", ErrorCategory.InvalidOperation).TargetObject;

        Assert.Empty((await shell.RunAsync("$job | Remove-KlingLipSyncJob -Payload -ApiKey $admin; Get-KlingLipSyncJob")).Clean());

        Assert.Equal(0, shell.Emulator.Hits(EmulatorRoute.DeletePayloads));
        Assert.False((await shell.RunAsync("Invoke-KlingLipSync $clip")).CleanOne().Reused());
    }

    /// <summary>One saved job, as <c>$job</c>, of the clip <c>$clip</c>; <c>$admin</c> is a key that may delete.</summary>
    private static async Task<LipSyncShell> Saved()
    {
        var shell = await LipSyncShell.OpenAsync(WithAdmin);
        shell["admin"] = ModuleSession.Secure("admin:admin");
        shell["clip"] = shell.Folder.Pair("one.mp4");
        (await shell.RunAsync("$job = Invoke-KlingLipSync $clip -Destination $out")).Clean();
        return shell;
    }

    private static async Task AssertUntouched(LipSyncShell shell)
    {
        Assert.Equal(HttpStatusCode.OK, await Status(Assert.Single(shell.Emulator.Ledger().Requests).OutputUrl!));
        Assert.Equal("Saved", (await shell.RunAsync("Get-KlingLipSyncJob -Local")).CleanOne().State());
    }

    private static async Task<HttpStatusCode> Status(string url, string? key = null)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (key is not null)
        {
            request.Headers.Add("Authorization", "Key " + key);
        }

        using var response = await client.SendAsync(request);
        return response.StatusCode;
    }
}
