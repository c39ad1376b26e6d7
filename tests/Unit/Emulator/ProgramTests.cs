using System.Diagnostics;
using System.Text.Json;
using KlingLipSync.Emulator;

namespace KlingLipSync.Tests.Unit.Emulator;

public class ProgramTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task It_tells_its_address_first_and_ends_with_its_input()
    {
        using var process = Start("--port", "0", "--queue-seconds", "0", "--run-seconds", "0", "--longest-run-seconds", "0", "--key", "a:b", "--key", "c:d", "--admin-key", "e:f", "--payloads", "off");
        var line = (await process.StandardOutput.ReadLineAsync().WaitAsync(Patience))!;
        Assert.Matches("""^\{"url":"http://127\.0\.0\.1:[0-9]+"\}$""", line);
        using (var http = new HttpClient { BaseAddress = new Uri(JsonElement.Parse(line).GetProperty("url").GetString()!) })
        {
            foreach (var key in new[] { "a:b", "c:d", "e:f" })
            {
                var request = new HttpRequestMessage(HttpMethod.Post, EmulatorClient.Endpoint) { Content = EmulatorClient.Json("{}") };
                request.Headers.TryAddWithoutValidation("Authorization", "Key " + key);
                using var reply = await http.SendAsync(request);
                Assert.Equal(200, (int)reply.StatusCode);
            }
        }

        process.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(Patience);
        Assert.Equal(0, process.ExitCode);
        Assert.Equal("", await process.StandardOutput.ReadToEndAsync());
    }

    [Fact]
    public async Task It_ends_on_a_signal_and_takes_its_files_along()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no SIGTERM on Windows.");
        var temp = Directory.CreateTempSubdirectory("emulator-test-");
        try
        {
            using var process = Start(new Dictionary<string, string> { ["TMPDIR"] = temp.FullName });
            await process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
            Assert.NotEmpty(temp.GetDirectories("klinglipsync-emulator-*"));
            using (var kill = Process.Start("kill", ["-TERM", process.Id.ToString()]))
                await kill.WaitForExitAsync();
            await process.WaitForExitAsync().WaitAsync(Patience);
            Assert.Equal(0, process.ExitCode);
            Assert.Empty(temp.GetDirectories("klinglipsync-emulator-*"));
        }
        finally
        {
            temp.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("--prot", "0")]
    [InlineData("--port")]
    [InlineData("--port", "70000")]
    [InlineData("--queue-seconds", "-1")]
    [InlineData("--concurrency", "0")]
    [InlineData("--key", "demo")]
    [InlineData("--admin-key", "demo")]
    [InlineData("--payloads", "yes")]
    [InlineData("--stream", "maybe")]
    public async Task A_bad_option_is_one_line_and_exit_code_2(params string[] arguments)
    {
        using var process = Start(arguments);
        var errors = await process.StandardError.ReadToEndAsync().WaitAsync(Patience);
        await process.WaitForExitAsync().WaitAsync(Patience);
        Assert.Equal(2, process.ExitCode);
        Assert.Single(errors.TrimEnd().Split('\n'));
        Assert.Contains(arguments[0], errors);
        Assert.Equal("", await process.StandardOutput.ReadToEndAsync());
    }

    [Fact]
    public async Task A_taken_port_is_one_line_and_exit_code_1()
    {
        await using var holder = await EmulatorClient.StartAsync();
        using var process = Start("--port", holder.Server.Url.Port.ToString());
        var errors = await process.StandardError.ReadToEndAsync().WaitAsync(Patience);
        await process.WaitForExitAsync().WaitAsync(Patience);
        Assert.Equal(1, process.ExitCode);
        Assert.Single(errors.TrimEnd().Split('\n'));
    }

    private static Process Start(params string[] arguments) => Start([], arguments);

    private static Process Start(Dictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(EmulatorServer).Assembly.Location, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
