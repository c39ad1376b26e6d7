namespace KlingLipSync.Media;

/// <summary>
/// What the endpoint takes, as its page states it (<c>https://fal.ai/models/fal-ai/kling-video/lipsync/audio-to-video/llms.txt</c>), and
/// the slack this module grants where the page leaves room. Between a limit and its slack a file is warned about, beyond the slack refused.
/// </summary>
public static class LipSyncLimits
{
    /// <summary>The shortest clip: 2 s ("2–10s").</summary>
    public static readonly TimeSpan LeastVideo = TimeSpan.FromSeconds(2);

    /// <summary>The longest clip: 10 s ("2–10s").</summary>
    public static readonly TimeSpan MostVideo = TimeSpan.FromSeconds(10);

    /// <summary>10.05 s: a clip of 300 frames at 29.97 a second lasts 10.01 s and is called 10 s everywhere.</summary>
    public static readonly TimeSpan MostVideoSlack = TimeSpan.FromSeconds(10.05);

    /// <summary>The shortest sound: 2 s.</summary>
    public static readonly TimeSpan LeastAudio = TimeSpan.FromSeconds(2);

    /// <summary>The longest sound: 60 s.</summary>
    public static readonly TimeSpan MostAudio = TimeSpan.FromSeconds(60);

    /// <summary>60.1 s: MP3 and AAC run up to 0.05 s longer than what was encoded, by their codec's delay and padding.</summary>
    public static readonly TimeSpan MostAudioSlack = TimeSpan.FromSeconds(60.1);

    /// <summary>The largest clip in bytes ("≤100MB"), read the strict way: 100,000,000.</summary>
    public const long MostVideoBytes = 100_000_000;

    /// <summary>The largest clip in bytes, read the generous way: 100 MiB.</summary>
    public const long MostVideoBytesSlack = 100 * 1024 * 1024;

    /// <summary>The largest sound in bytes ("5MB"), read the strict way: 5,000,000.</summary>
    public const long MostAudioBytes = 5_000_000;

    /// <summary>The largest sound in bytes, read the generous way: 5 MiB.</summary>
    public const long MostAudioBytesSlack = 5 * 1024 * 1024;

    /// <summary>The least width and the least height in pixels ("width/height 720–1920px"). Both sides have the same limits, so that a turned picture fits or not as it did before.</summary>
    public const int LeastSide = 720;

    /// <summary>The most width and the most height in pixels ("width/height 720–1920px").</summary>
    public const int MostSide = 1920;

    /// <summary>The shorter side of a 720p picture in pixels ("720p/1080p only"; whether sizes between are taken is not said, so that they are warned about).</summary>
    public const int ShortSide720 = 720;

    /// <summary>The shorter side of a 1080p picture in pixels.</summary>
    public const int ShortSide1080 = 1080;
}
