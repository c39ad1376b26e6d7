using System.Globalization;
using System.Text.Json;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Shell;

/// <summary>A comma for a point, a dotless i, another calendar, other digits: what goes to fal, to the disk and into errors is the same everywhere.</summary>
public sealed class CultureTests
{
    public static TheoryData<string> Cultures => ["de-DE", "tr-TR", "fa-IR", "ar-SA", "th-TH", "hi-IN"];

    [Theory]
    [MemberData(nameof(Cultures))]
    public async Task A_run_sends_names_and_says_the_same(string culture)
    {
        var here = await RunAsync(culture);
        var plain = await RunAsync("");

        Assert.Equal(plain, here);
    }

    [Theory]
    [MemberData(nameof(Cultures))]
    public async Task Numbers_are_read_as_they_are_written_in_PowerShell(string culture)
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files(shell.Folder.Pairs(2));
        shell["culture"] = culture;

        var run = await shell.RunAsync("""
            [cultureinfo]::CurrentCulture = $culture
            Set-KlingLipSyncBudget '0.50' Day
            Set-KlingLipSyncBudget 1250.5 Month
            Get-KlingLipSyncBudget | ForEach-Object { $_.Amount.ToString([cultureinfo]::InvariantCulture) }
            ($files | Invoke-KlingLipSync -MaxCost '0.14' -Timeout '90.5' -StartTimeout 1800.25 -UploadExpiry '2.00:00:00').Count
            try { $files | Invoke-KlingLipSync -MaxCost 0.05 -ErrorAction Stop } catch { "$_" }
            try { Set-KlingLipSyncBudget '1,5' Day -ErrorAction Stop } catch { $_.FullyQualifiedErrorId }
            """);

        Assert.Equal(
            [
                "0.5", "1250.5", "2", "2 pairs would cost 0.14 USD, and -MaxCost allows 0.05 USD.",
                "ParameterArgumentTransformationError,KlingLipSync.Commands.SetKlingLipSyncBudgetCommand",
            ],
            run.Output.Select(o => o.ToString()));
        Assert.All(shell.Emulator.Ledger().Requests, r => Assert.Equal("1800.25", r.Headers["x-fal-request-start-timeout"]));
    }

    /// <summary>All that a run leaves behind, without what is new each time: ids, addresses, times.</summary>
    private static async Task<string> RunAsync(string culture)
    {
        await using var shell = await LipSyncShell.OpenAsync();
        var clip = shell.Folder.Pair("clips", "INTERVIEW i.MP4");
        File.Move(Path.ChangeExtension(clip, ".wav"), Path.ChangeExtension(clip, ".WAV"));
        shell["clips"] = Piped.Files([clip, shell.Folder.Clip("clips", "alone.mp4")]);
        shell["culture"] = culture;

        var run = await shell.RunAsync("""
            [cultureinfo]::CurrentCulture = [cultureinfo]::CurrentUICulture = $culture
            $clips | Invoke-KlingLipSync -Destination $out -NameTemplate '{Name}.{Date}' -Timeout 90.5 -StartTimeout 1800.5 -Tag x -ErrorAction SilentlyContinue -ErrorVariable failed -WhatIf
            $clips | Invoke-KlingLipSync -Destination $out -NameTemplate '{Name}.{Date}' -Timeout 90.5 -StartTimeout 1800.5 -Tag x -ErrorAction SilentlyContinue -ErrorVariable +failed |
                ForEach-Object { "$($_.State) $($_.QuotedCost -eq 0.07)" }
            $failed | ForEach-Object { "$_"; $_.FullyQualifiedErrorId; $_.ErrorDetails.RecommendedAction }
            (Get-KlingLipSyncMedia -LiteralPath $clips[0].FullName).Reasons
            Get-KlingLipSyncJob -Tag x -State saved | ForEach-Object { $_.State }
            """);

        var request = Assert.Single(shell.Emulator.Ledger().Requests);
        var input = JsonSerializer.Serialize(request.Headers.OrderBy(h => h.Key, StringComparer.Ordinal).Where(h => h.Key.StartsWith("X-Fal", StringComparison.OrdinalIgnoreCase)));
        var files = Directory.GetFiles(shell.Folder.Out).Select(f => Path.GetFileName(f));
        Assert.Equal([$"INTERVIEW i.{DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}.mp4"], files);
        return string.Join('\n', [.. run.Output.Select(o => o.ToString()), .. run.Warnings, .. run.Shown.Where(l => l.StartsWith("What if:", StringComparison.Ordinal)), input]).Replace(shell.Folder.Root, "", StringComparison.Ordinal);
    }
}
