using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using KlingLipSync.Emulator;

namespace KlingLipSync.Tests.Unit.Emulator;

/// <summary>fal's own JavaScript client against the emulator, with only its fetch redirected.</summary>
public class OfficialClientTests
{
    private static readonly string[] Checks =
    [
        "submit_status_result", "subscribe_by_polling", "subscribe_by_streaming", "stream_status", "blocking_run", "cancel_while_queued", "cancel_too_late",
        "upload_small", "upload_large_in_parts", "upload_inside_the_input", "error_of_the_model", "error_of_the_schema", "error_of_a_wrong_key",
        "error_of_an_unknown_app", "error_when_too_early", "error_of_the_start_timeout",
    ];

    [Fact]
    public async Task It_finds_everything_it_needs()
    {
        var folder = Directory.CreateTempSubdirectory("official-client-");
        try
        {
            foreach (var name in new[] { "package.json", "package-lock.json", "official-client.mjs" })
                File.Copy(Path.Combine(Sources(), name), Path.Combine(folder.FullName, name));
            var install = await RunAsync(Program("npm"), folder.FullName, TimeSpan.FromSeconds(30), "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline", "--fetch-retries=0");
            Assert.SkipWhen(install is null, "npm is not on the PATH.");
            Assert.SkipUnless(install.Code == 0, $"@fal-ai/client cannot be installed here: {install.Errors.Trim().Split('\n')[^1]}");

            await using var server = await EmulatorServer.StartAsync(new EmulatorOptions
            {
                QueueTime = TimeSpan.FromSeconds(0.5), RunTime = TimeSpan.FromSeconds(0.1), UseFfmpeg = false,
            });
            var run = await RunAsync("node", folder.FullName, TimeSpan.FromSeconds(90), "official-client.mjs", server.Url.GetLeftPart(UriPartial.Authority), "demo:demo");
            Assert.SkipWhen(run is null, "node is not on the PATH.");
            var lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.DoesNotContain(lines, line => !JsonElement.Parse(line).GetProperty("ok").GetBoolean());
            Assert.Equal(Checks, lines.Select(line => JsonElement.Parse(line).GetProperty("check").GetString()));
            Assert.True(run.Code == 0, run.Errors);
            Assert.Equal(0, server.Ledger().KeyLeaks);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void The_lock_file_names_no_host() =>
        Assert.DoesNotContain("resolved", File.ReadAllText(Path.Combine(Sources(), "package-lock.json")), StringComparison.Ordinal);

    private static string Sources()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var sources = Path.Combine(folder.FullName, "tests", "Node");
            if (File.Exists(Path.Combine(sources, "package-lock.json")))
                return sources;
        }

        Assert.Skip("The sources are not near: tests/Node was not found.");
        return "";
    }

    private static string Program(string name) => OperatingSystem.IsWindows() ? name + ".cmd" : name;

    /// <summary>Null when there is no such program.</summary>
    private static async Task<Run?> RunAsync(string program, string folder, TimeSpan longest, params string[] arguments)
    {
        Process? process;
        try
        {
            process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true });
        }
        catch (Win32Exception)
        {
            return null;
        }

        using (process!)
        {
            var output = process!.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
            try
            {
                await process.WaitForExitAsync().WaitAsync(longest);
            }
            catch (TimeoutException)
            {
                process.Kill(entireProcessTree: true);
                return new Run(-1, await output, $"{program} took longer than {longest}");
            }

            return new Run(process.ExitCode, await output, await errors);
        }
    }

    private sealed record Run(int Code, string Output, string Errors);
}
