namespace KlingLipSync.Jobs;

/// <summary>A video or a sound as the user gave it: a file, or a URL that fal fetches by itself.</summary>
internal sealed record MediaInput
{
    private MediaInput(string? path, Uri? url)
    {
        Path = path;
        Url = url;
    }

    /// <summary>Full path; null for a URL.</summary>
    public string? Path { get; }

    /// <summary>Absolute http(s) URL; null for a file.</summary>
    public Uri? Url { get; }

    /// <summary>The file's name without its ending: what the output is called after.</summary>
    public string BaseName => System.IO.Path.GetFileNameWithoutExtension(Path ?? Uri.UnescapeDataString(Url!.AbsolutePath)) is { Length: > 0 } name ? name : "video";

    /// <summary>The input of a job as the store has it.</summary>
    public static MediaInput Of(string? path, string? url) => path is not null ? File(path) : FromUrl(url!);

    public static MediaInput File(string fullPath) => new(fullPath, null);

    /// <exception cref="LipSyncException">No absolute http(s) URL.</exception>
    public static MediaInput FromUrl(string text) =>
        Uri.TryCreate(text.Trim(), UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Host.Length > 0
            ? new MediaInput(null, url)
            : throw new LipSyncException(LipSyncError.UrlInvalid, $"'{Bare(text)}' is no absolute http or https URL that fal could fetch.");

    public override string ToString() => Path ?? Bare(Url!.AbsoluteUri)!;

    /// <summary>A URL as it may be shown: without query and fragment, where signatures are.</summary>
    public static string? Bare(string? url) => url?.Split('?', '#')[0];

    /// <summary>The type that the upload announces, by the file's ending.</summary>
    public static string ContentTypeOf(string path) => System.IO.Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".mp4" => "video/mp4",
        ".mov" => "video/quicktime",
        ".wav" => "audio/wav",
        ".mp3" => "audio/mpeg",
        ".m4a" => "audio/mp4",
        ".aac" => "audio/aac",
        _ => "application/octet-stream",
    };
}
