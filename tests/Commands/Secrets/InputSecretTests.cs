using System.Management.Automation;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Secrets;

/// <summary>Signatures and passwords in what users give as inputs, in the right place or the wrong one, are not shown.</summary>
public sealed class InputSecretTests
{
    [Theory]
    [InlineData("[pscustomobject]@{ Video = 'https://x.example/v.mp4?sig=S3CRET'; Note = 'S3CRET' } | {0}", "with the columns Video, Note")]
    [InlineData("{0} 'https://x.example/v.mp4?sig=S3CRET'", "is a URL")]
    [InlineData("{0} -LiteralPath 'https://x.example/v.mp4?sig=S3CRET'", "is a URL")]
    [InlineData("{0} -VideoUrl 'ftp://ann:S3CRET@x.example/v.mp4' -AudioUrl 'https://x.example/a.mp3'", "absolute http or https")]
    [InlineData("{0} -VideoUrl 'https://ann:S3CRET@x.example/v.mp4' -AudioUrl 'https://x.example/a.mp3'", "password")]
    [InlineData("{0} -VideoUrl 'https://ann:S3CRET#S3CRET@x.example/v.mp4' -AudioUrl 'https://x.example/a.mp3'", "absolute http or https")]
    [InlineData("{0} -VideoUrl 'https://x.example:99999/v.mp4?email=a@b&sig=S3CRET' -AudioUrl 'https://x.example/a.mp3'", "absolute http or https")]
    [InlineData("{0} -VideoUrl 'https://ann:pw@x.example/v.mp4?email=a@b&sig=S3CRET' -AudioUrl 'https://x.example/a.mp3'", "password")]
    [InlineData("{0} 'see https://x.example/v.mp4?email=a@b&sig=S3CRET'", "is a URL")]
    [InlineData("{0} -VideoUrl 'https://ann:S3CRET/S3CRET@x.example/v.mp4' -AudioUrl 'https://x.example/a.mp3'", "absolute http or https")]
    [InlineData("{0} -VideoUrl 'https://x.example/v.mp4?sig=S3CRET' -AudioUrl 'data:audio/wav;base64,AAAA?S3CRET'", "absolute http or https")]
    public async Task An_input_that_is_refused_shows_none(string script, string said)
    {
        await using var shell = await LipSyncShell.OpenAsync();
        foreach (var command in new[] { "Invoke-KlingLipSync", "Invoke-KlingLipSync -WhatIf", "Get-KlingLipSyncMedia", "Test-KlingLipSyncMedia", "Measure-KlingLipSyncCost" })
        {
            var run = await shell.RunAsync(script.Replace("{0}", command));

            var shown = string.Join('\n',
                [.. run.Errors.SelectMany(Texts), .. run.Warnings, .. run.Verbose, .. run.Shown, .. run.Output.Select(Table)]);
            Assert.DoesNotContain("S3CRET", shown);
            if (command == "Invoke-KlingLipSync")
            {
                Assert.Contains(said, shown);
            }
        }

        shell.Emulator.AssertNothingSent();
    }

    private static IEnumerable<string> Texts(ErrorRecord error) =>
        [error.ToString(), error.Exception.Message, error.CategoryInfo.ToString(), error.ErrorDetails?.RecommendedAction ?? "", error.TargetObject?.ToString() ?? ""];

    /// <summary>What the tables show of an object.</summary>
    private static string Table(PSObject seen) =>
        seen.Properties["Path"] is { } path ? $"{path.Value} {string.Join(' ', Media.ReportTests.Texts(seen, "Reasons"))} {seen}" : seen.ToString();
}
