using System.Globalization;
using System.Text.Json;
using KlingLipSync.Media;

namespace KlingLipSync.Tests.Unit.Media;

/// <summary>
/// The readers against <c>ffprobe</c>, where it is on the PATH: over the sample clips and the small real files, and over every file of the folder that
/// <c>KLINGLIPSYNC_ORACLE_MEDIA</c> names.
/// </summary>
[Collection(nameof(Heavy))]
public class FfprobeOracleTests
{
    [Fact]
    public void Ffprobe_reads_the_same()
    {
        Tool.SkipUnlessThere("ffprobe");
        IEnumerable<string> files = Directory.EnumerateFiles(SampleClips.Folder).Concat(Directory.EnumerateFiles(RealFiles.Folder));
        if (Environment.GetEnvironmentVariable("KLINGLIPSYNC_ORACLE_MEDIA") is { Length: > 0 } folder)
        {
            files = files.Concat(Directory.EnumerateFiles(folder));
        }

        string[] extensions = [".mp4", ".mov", ".m4a", ".m4v", ".wav", ".mp3"];
        string[] differences = [.. files.Where(file => extensions.Contains(Path.GetExtension(file))).SelectMany(Compare).Where(difference => difference.Length > 0)];
        Assert.True(differences.Length == 0, string.Join(Environment.NewLine, differences));
    }

    private static IEnumerable<string> Compare(string file)
    {
        MediaFacts facts = MediaReader.ReadFile(file);
        // What is refused ffprobe may take for anything; AAC without a container it estimates by its bit rate.
        if (facts.Container == MediaContainer.Aac || facts.Problems.Any(problem => problem.Severity == MediaSeverity.Refuse))
        {
            yield break;
        }

        using JsonDocument document = JsonDocument.Parse(Tool.Run("ffprobe", null, "-v", "error", "-of", "json", "-show_format", "-show_streams", file));
        string name = Path.GetFileName(file);
        JsonElement[] streams = [.. document.RootElement.GetProperty("streams").EnumerateArray()];
        JsonElement video = streams.FirstOrDefault(stream => Text(stream, "codec_type") == "video" && stream.GetProperty("disposition").GetProperty("attached_pic").GetInt32() == 0);
        JsonElement sound = streams.FirstOrDefault(stream => Text(stream, "codec_type") == "audio");

        yield return Check(name, "format", Seconds(document.RootElement.GetProperty("format")), facts.FormatDuration, 0.002);
        if (video.ValueKind == JsonValueKind.Object)
        {
            yield return Check(name, "video", Seconds(video), facts.VideoDuration, 0.001);
            yield return Check(name, "codec", Text(video, "codec_name"), facts.VideoCodec);
            yield return Check(name, "size", $"{video.GetProperty("width")}x{video.GetProperty("height")}", $"{facts.Width}x{facts.Height}");
        }

        if (sound.ValueKind == JsonValueKind.Object)
        {
            yield return Check(name, "sound", Seconds(sound), facts.AudioDuration, 0.002);
            yield return Check(name, "codec", Text(sound, "codec_name"), facts.AudioCodec);
        }
    }

    private static string Check(string file, string what, double? expected, TimeSpan? actual, double tolerance)
        => expected is null || actual is null || Math.Abs(expected.Value - actual.Value.TotalSeconds) > tolerance
            ? $"{file}: {what} {expected} by ffprobe, {actual?.TotalSeconds} here" : "";

    private static string Check(string file, string what, string? expected, string? actual)
        => expected == actual ? "" : $"{file}: {what} {expected} by ffprobe, {actual} here";

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

    private static double? Seconds(JsonElement element)
        => double.TryParse(Text(element, "duration"), NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) ? seconds : null;
}
