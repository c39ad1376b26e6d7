using KlingLipSync.Emulator.Http;
using KlingLipSync.Emulator.Jobs;
using KlingLipSync.Emulator.Storage;

namespace KlingLipSync.Emulator.Model;

/// <summary>Gets the inputs as a starting job does. Only our own CDN is looked into; no other host is ever asked.</summary>
internal sealed class InputFetch(FileStore files, BaseAddress address)
{
    private const double AssumedSeconds = 5;
    private const double ShortestSeconds = 2;
    private const double LongestVideoSeconds = 10.05;
    private const double LongestAudioSeconds = 60.05;
    private const long LargestVideo = 100L * 1024 * 1024;
    private const long LargestAudio = 5L * 1024 * 1024;

    public Outcome? Fetch(ModelInput input, out FetchedInput fetched)
    {
        fetched = default;
        if (Get("video_url", input.VideoUrl, out var video) is { } noVideo)
            return noVideo;
        return Get("audio_url", input.AudioUrl, out var audio) ?? Check(input, video, audio, out fetched);
    }

    private static Outcome? Check(ModelInput input, StoredFile? video, StoredFile? audio, out FetchedInput fetched)
    {
        fetched = new FetchedInput(video, audio, Price.BilledSeconds(AssumedSeconds), AssumedSeconds);
        if (video is not null)
        {
            if (video.Length > LargestVideo)
                return TooLarge("video_url", LargestVideo, input.VideoUrl);
            if (Seconds(video, MovieLength.Read) is not { } seconds)
                return Unsupported("video_url", "unsupported_video_format", [".mp4", ".mov"], input.VideoUrl);
            fetched = fetched with { BilledSeconds = Price.BilledSeconds(seconds), Seconds = seconds };
            if (BadLength("video", seconds, LongestVideoSeconds, 10, input.VideoUrl, fetched.BilledSeconds) is { } failure)
                return failure;
        }

        if (audio is null)
            return null;
        if (audio.Length > LargestAudio)
            return TooLarge("audio_url", LargestAudio, input.AudioUrl);
        // MP3 and bare AAC are taken as they come.
        return Seconds(audio, stream => WaveLength.Read(stream) ?? MovieLength.Read(stream)) is { } sound
            ? BadLength("audio", sound, LongestAudioSeconds, 60, input.AudioUrl, fetched.BilledSeconds)
            : null;
    }

    private Outcome? Get(string field, string url, out StoredFile? file)
    {
        file = null;
        if (address.OwnFile(url) is { } path)
        {
            file = files.Find(path);
            // The partner fetches without credentials.
            return file is null || file.Lifecycle.Acl != "allow" ? NotFetched(field, url) : null;
        }

        var known = url.StartsWith("data:", StringComparison.OrdinalIgnoreCase)
            || (Uri.TryCreate(url, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
                && !url.StartsWith(address.Root + "/", StringComparison.OrdinalIgnoreCase));
        return known ? null : NotFetched(field, url);
    }

    private static Outcome NotFetched(string field, string url) =>
        ModelFailure.Unreadable(field, "Failed to download the file from the given URL", "file_download_error", null, url);

    private static Outcome TooLarge(string field, long largest, string url) =>
        ModelFailure.Unreadable(field, $"File is larger than the maximum of {largest} bytes", "file_too_large", new { max_size = largest }, url);

    private static Outcome Unsupported(string field, string type, string[] formats, string url) =>
        ModelFailure.Unreadable(field, "The file's format is not supported", type, new { supported_formats = formats }, url);

    private static Outcome? BadLength(string medium, double seconds, double longest, int stated, string url, int billedSeconds)
    {
        var provided = Math.Round(seconds, 3);
        if (seconds > longest)
            return ModelFailure.Refused(
                $"{medium}_url", $"Duration {provided} s is above the maximum of {stated} s", $"{medium}_duration_too_long", new { max_duration = stated, provided_duration = provided }, url, billedSeconds);
        if (seconds < ShortestSeconds)
            return ModelFailure.Refused(
                $"{medium}_url", $"Duration {provided} s is below the minimum of {ShortestSeconds} s", $"{medium}_duration_too_short", new { min_duration = ShortestSeconds, provided_duration = provided }, url, billedSeconds);
        return null;
    }

    private static double? Seconds(StoredFile file, Func<Stream, double?> read)
    {
        using var stream = file.Open();
        return read(stream);
    }
}
