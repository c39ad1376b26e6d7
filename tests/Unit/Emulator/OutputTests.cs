using System.Diagnostics;
using KlingLipSync.Emulator;

namespace KlingLipSync.Tests.Unit.Emulator;

public class OutputTests
{
    [Fact]
    public async Task With_ffmpeg_the_output_is_the_video_with_the_new_sound()
    {
        var folder = Directory.CreateTempSubdirectory("emulator-test-");
        try
        {
            var video = Path.Combine(folder.FullName, "clip.mp4");
            var audio = Path.Combine(folder.FullName, "voice.wav");
            await ToolAsync("ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", "testsrc=s=64x64:r=5:d=3", "-pix_fmt", "yuv420p", video);
            await ToolAsync("ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", "sine=d=6", audio);

            await using var client = await EmulatorClient.StartAsync(EmulatorOptions.Instant with { UseFfmpeg = true });
            var videoUrl = await client.UploadAsync("clip.mp4", await File.ReadAllBytesAsync(video));
            var audioUrl = await client.UploadAsync("voice.wav", await File.ReadAllBytesAsync(audio), "audio/wav");
            using var result = await client.ResultAsync(await client.SubmitAsync(videoUrl, audioUrl));
            Assert.Equal(200, (int)result.StatusCode);
            var entry = client.Server.Ledger().Requests.Single();
            using var download = await client.DownloadAsync(entry.OutputUrl!);
            var bytes = await download.Content.ReadAsByteArrayAsync();
            Assert.EndsWith("free" + entry.RequestId, System.Text.Encoding.Latin1.GetString(bytes));

            var output = Path.Combine(folder.FullName, "out.mp4");
            await File.WriteAllBytesAsync(output, bytes);
            var streams = await ToolAsync("ffprobe", "-v", "error", "-show_entries", "stream=codec_type", "-of", "csv=p=0", output);
            Assert.Equal(["video", "audio"], streams.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
            var seconds = await ToolAsync("ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", output);
            Assert.InRange(double.Parse(seconds, System.Globalization.CultureInfo.InvariantCulture), 2.9, 3.2);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_fragmented_movie_is_measured_by_its_fragments()
    {
        var folder = Directory.CreateTempSubdirectory("emulator-test-");
        try
        {
            var video = Path.Combine(folder.FullName, "clip.mp4");
            await ToolAsync("ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", "testsrc=s=64x64:r=5:d=7", "-pix_fmt", "yuv420p", "-g", "5", "-movflags", "frag_keyframe+empty_moov", video);
            await using var client = await EmulatorClient.StartAsync();
            using var result = await client.ResultAsync(await client.SubmitAsync(await client.UploadAsync("clip.mp4", await File.ReadAllBytesAsync(video))));
            Assert.Equal("10", EmulatorClient.Header(result, "x-fal-billable-units"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task When_ffmpeg_cannot_it_is_the_video_as_it_came()
    {
        await using var client = await EmulatorClient.StartAsync(EmulatorOptions.Instant with { UseFfmpeg = true });
        var movie = TestMovie.OfSeconds(5);
        var video = await client.UploadAsync("clip.mp4", movie);
        var audio = await client.UploadAsync("voice.mp3", new byte[100], "audio/mpeg");
        using var result = await client.ResultAsync(await client.SubmitAsync(video, audio));
        Assert.Equal(200, (int)result.StatusCode);
        using var download = await client.DownloadAsync(client.Server.Ledger().Requests.Single().OutputUrl!);
        Assert.Equal(movie, (await download.Content.ReadAsByteArrayAsync())[..movie.Length]);
    }

    private static async Task<string> ToolAsync(string program, params string[] arguments)
    {
        Process process;
        try
        {
            process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip($"{program} is not on the PATH.");
            throw;
        }

        using (process)
        {
            var errors = process.StandardError.ReadToEndAsync();
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0, await errors);
            return output;
        }
    }
}
