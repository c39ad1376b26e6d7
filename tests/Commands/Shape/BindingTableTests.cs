using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Shape;

/// <summary>Which command takes what another one emits, as a table. Each line of it really runs.</summary>
public sealed class BindingTableTests
{
    /// <summary>What is piped, where to, and what has to come out: the id of the job, the path of the clip or file, the period of the budget, or an answer.</summary>
    private static readonly (string Emitted, string Next, string Expected)[] Table =
    [
        ("$key", "Connect-KlingLipSync -Endpoint $url | ForEach-Object KeyId", "demo"),
        ("$connection", "Get-KlingLipSyncBudget | ForEach-Object Period", "Day"),
        ("$budget", "Get-KlingLipSyncBudget | ForEach-Object Period", "Day"),
        ("$budget", "Set-KlingLipSyncBudget -PassThru | ForEach-Object Amount", "20"),
        ("$job", "Get-KlingLipSyncBudget | ForEach-Object Period", "Day"),
        ("$job", "Get-KlingLipSyncJob -Local | ForEach-Object Id", "<id>"),
        ("$job", "Wait-KlingLipSyncJob | ForEach-Object Id", "<id>"),
        ("$job", "Watch-KlingLipSyncJob | ForEach-Object Id", "<id>"),
        ("$job", "Stop-KlingLipSyncJob | ForEach-Object Id", "<id>"),
        ("$job", "Save-KlingLipSyncResult -Destination $out | ForEach-Object FullName", "<file>"),
        ("$job", "Invoke-KlingLipSync -Destination $out | ForEach-Object Id", "<id>"),
        ("$job", "Get-KlingLipSyncMedia | ForEach-Object VideoPath", "<clip>"),
        ("$job", "Measure-KlingLipSyncCost | ForEach-Object Clips", "1"),
        ("$update", "Get-KlingLipSyncJob -Local | ForEach-Object Id", "<id>"),
        ("$update", "Wait-KlingLipSyncJob | ForEach-Object Id", "<id>"),
        ("$update", "Save-KlingLipSyncResult -Destination $out | ForEach-Object FullName", "<file>"),
        ("$request", "Get-KlingLipSyncJob -Local | ForEach-Object Id", "<id>"),
        ("$request", "Save-KlingLipSyncResult -Destination $out | ForEach-Object FullName", "<file>"),
        ("$report", "Invoke-KlingLipSync -Destination $out | ForEach-Object Id", "<id>"),
        ("$report", "Get-KlingLipSyncMedia -Pair | ForEach-Object VideoPath", "<clip>"),
        ("$report", "Test-KlingLipSyncMedia", "True"),
        ("$report", "Measure-KlingLipSyncCost | ForEach-Object Clips", "1"),
        ("$unsent", "Invoke-KlingLipSync -Destination $out -Force | ForEach-Object Id", "<id>"),
        ("$unsent", "Test-KlingLipSyncMedia", "True"),
        ("$past", "Get-KlingLipSyncMedia | ForEach-Object VideoPath", "<long>"),
        ("$saved", "Test-KlingLipSyncMedia -AllowOutputAsInput", "True"),
        ("$budget", "Remove-KlingLipSyncBudget -PassThru | ForEach-Object Period", "Day"),
        ("$job", "Remove-KlingLipSyncJob -PassThru | ForEach-Object Id", "<id>"),
    ];

    [Fact]
    public async Task What_one_command_emits_the_next_one_takes()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        var (clip, longClip) = (shell.Folder.Pair("one.mp4"), shell.Folder.Write(SampleMedia.Clip(5.2), "long", "long.mp4"));
        (shell["clip"], shell["long"], shell["url"]) = (clip, longClip, shell.Emulator.Url.ToString());
        (await shell.RunAsync("""
            $connection = Connect-KlingLipSync -Endpoint $url -ApiKey $key
            $budget = Set-KlingLipSyncBudget 20 Day -PassThru
            $unsent = try { Invoke-KlingLipSync $clip -MaxCost 0 } catch { $_.TargetObject }
            $report = Get-KlingLipSyncMedia $clip -Pair
            $past = (Measure-KlingLipSyncCost $long).PastStep[0]
            $job = Invoke-KlingLipSync $clip -Destination $out
            $update = $job | Watch-KlingLipSyncJob
            $saved = $job | Save-KlingLipSyncResult -Destination $out
            $request = [pscustomobject]@{ RequestId = $job.RequestId.ToUpperInvariant() }
            """)).Clean();
        var job = (await shell.RunAsync("$job")).CleanOne();

        foreach (var (emitted, next, expected) in Table)
        {
            var run = await shell.RunAsync($"{emitted} | {next}");

            var meant = expected.Replace("<id>", job.Id()).Replace("<clip>", clip).Replace("<long>", longClip).Replace("<file>", job.Text("OutputPath"));
            Assert.Equal($"{emitted} | {next}: {meant}", $"{emitted} | {next}: {string.Join(", ", run.Output)}{string.Join(", ", run.Errors)}");
        }

        Assert.Equal(1, shell.Emulator.Accepted());
    }

    [Fact]
    public async Task Every_command_that_takes_from_the_pipe_is_in_the_table()
    {
        var module = await ModuleShape.ReadAsync();

        var piped = module.Commands.Where(c => c.ParameterSets.SelectMany(s => s.Parameters).Any(p => p.ValueFromPipeline || p.ValueFromPipelineByPropertyName)).Select(c => c.Name);

        Assert.Equal(piped.Order(StringComparer.Ordinal), Table.Select(t => t.Next.Split(' ')[0]).Distinct().Order(StringComparer.Ordinal));
    }
}
