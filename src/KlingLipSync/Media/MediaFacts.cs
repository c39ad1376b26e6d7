namespace KlingLipSync.Media;

/// <summary>
/// What a media file says about itself, and what its tables add up to. Durations of one file can differ honestly
/// (a sound longer than its pictures, an edit list, a priming offset); all are kept, because the endpoint does not say which one it goes by.
/// </summary>
/// <remarks>A value that the file does not state is <see langword="null"/>; it is never zero by default.</remarks>
public sealed record MediaFacts
{
    /// <summary>What the file is by its bytes.</summary>
    public MediaContainer Container { get; init; }

    /// <summary>The major brand of an MP4 family file (<c>isom</c>, <c>qt</c>, <c>M4A</c>, …), trimmed; else <see langword="null"/>.</summary>
    public string? Brand { get; init; }

    /// <summary>The duration the container as a whole states: <c>mvhd</c>, the Xing or VBRI header, or what a header-only reader would reckon.</summary>
    public TimeSpan? FormatDuration { get; init; }

    /// <summary>The duration of the first video track as it is to be shown (the shorter of <c>mdhd</c> and its edit list; for a fragmented file the end of its last fragment).</summary>
    public TimeSpan? VideoDuration { get; init; }

    /// <summary>The duration of the (first) sound track.</summary>
    public TimeSpan? AudioDuration { get; init; }

    /// <summary>The sum of what is really listed: the frame durations of the video track or, without one, of the sound.</summary>
    public TimeSpan? CountedDuration { get; init; }

    /// <summary>Coded picture width in pixels, before rotation and pixel aspect (for H.264 from the stream's own parameters).</summary>
    public int? Width { get; init; }

    /// <summary>Coded picture height in pixels, before rotation and pixel aspect.</summary>
    public int? Height { get; init; }

    /// <summary>Picture width in pixels as a player shows it: after pixel aspect and rotation.</summary>
    public int? DisplayWidth { get; init; }

    /// <summary>Picture height in pixels as a player shows it: after pixel aspect and rotation.</summary>
    public int? DisplayHeight { get; init; }

    /// <summary>Clockwise turn for display in degrees, 0 to 359.</summary>
    public int Rotation { get; init; }

    /// <summary>The first video track's codec under FFmpeg's name (<c>h264</c>, <c>hevc</c>, …), or its four-character code where that is unknown.</summary>
    public string? VideoCodec { get; init; }

    /// <summary>The (first) sound track's codec under FFmpeg's name (<c>aac</c>, <c>mp3</c>, <c>pcm_s16le</c>, …), or its four-character code.</summary>
    public string? AudioCodec { get; init; }

    /// <summary>How many video tracks there are. A cover picture is none.</summary>
    public int VideoTracks { get; init; }

    /// <summary>How many sound tracks there are.</summary>
    public int AudioTracks { get; init; }

    /// <summary>The file's length in bytes.</summary>
    public long Length { get; init; }

    /// <summary>The frames are listed in fragments (<c>moof</c>) after the header.</summary>
    public bool IsFragmented { get; init; }

    /// <summary>The file ends before what its own headers announce.</summary>
    public bool IsTruncated { get; init; }

    /// <summary>A track is encrypted.</summary>
    public bool IsEncrypted { get; init; }

    /// <summary>What is odd about the file's structure.</summary>
    public IReadOnlyList<MediaProblem> Problems { get; init; } = [];

    /// <summary>
    /// The longest of the readings by which the endpoint might bill: for pictures the format's, the video track's and the counted one;
    /// for sound alone the format's, the sound's and the counted one. <see langword="null"/> when there is no reading at all.
    /// </summary>
    public TimeSpan? CautiousDuration => Readings().DefaultIfEmpty(null).Max();

    /// <summary>The shortest of the readings of <see cref="CautiousDuration"/>.</summary>
    public TimeSpan? LeastDuration => Readings().DefaultIfEmpty(null).Min();

    private IEnumerable<TimeSpan?> Readings()
    {
        TimeSpan?[] readings = [FormatDuration, VideoTracks > 0 ? VideoDuration : AudioDuration, CountedDuration];
        return readings.Where(reading => reading > TimeSpan.Zero);
    }
}
