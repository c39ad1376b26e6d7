namespace KlingLipSync.Media;

/// <summary>The facts while they are being gathered; what was learned before a defect stays.</summary>
internal sealed class FactsDraft
{
    // A hostile file could earn a remark per box.
    private const int MostProblems = 32;

    private readonly List<MediaProblem> _problems = [];

    public MediaContainer Container { get; set; }

    public string? Brand { get; set; }

    public TimeSpan? FormatDuration { get; set; }

    public TimeSpan? VideoDuration { get; set; }

    public TimeSpan? AudioDuration { get; set; }

    public TimeSpan? CountedDuration { get; set; }

    public int? Width { get; set; }

    public int? Height { get; set; }

    public int? DisplayWidth { get; set; }

    public int? DisplayHeight { get; set; }

    public int Rotation { get; set; }

    public string? VideoCodec { get; set; }

    public string? AudioCodec { get; set; }

    public int VideoTracks { get; set; }

    public int AudioTracks { get; set; }

    public bool IsFragmented { get; set; }

    public bool IsTruncated { get; private set; }

    public bool IsEncrypted { get; private set; }

    public void Note(string text) => Add(MediaSeverity.Note, text);

    public void Warn(string text) => Add(MediaSeverity.Warn, text);

    public void Refuse(string text) => Add(MediaSeverity.Refuse, text);

    public void Truncated(string text)
    {
        IsTruncated = true;
        Refuse(text);
    }

    public void Encrypted(string text)
    {
        IsEncrypted = true;
        Refuse(text);
    }

    public MediaFacts ToFacts(long length) => new()
    {
        Container = Container,
        Brand = Brand,
        FormatDuration = FormatDuration,
        VideoDuration = VideoDuration,
        AudioDuration = AudioDuration,
        CountedDuration = CountedDuration,
        Width = Width,
        Height = Height,
        DisplayWidth = DisplayWidth,
        DisplayHeight = DisplayHeight,
        Rotation = Rotation,
        VideoCodec = VideoCodec,
        AudioCodec = AudioCodec,
        VideoTracks = VideoTracks,
        AudioTracks = AudioTracks,
        Length = length,
        IsFragmented = IsFragmented,
        IsTruncated = IsTruncated,
        IsEncrypted = IsEncrypted,
        // An array: PowerShell indexes no list that is only readable.
        Problems = _problems.Count == 0 ? [] : _problems.ToArray(),
    };

    private void Add(MediaSeverity severity, string text)
    {
        // A refusal always has room: it alone keeps an unfit file from being paid for.
        if (_problems.Count < MostProblems || (severity == MediaSeverity.Refuse && _problems.Count < 2 * MostProblems))
        {
            _problems.Add(new MediaProblem(severity, text));
        }
    }
}
