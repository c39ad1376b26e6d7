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
    public string BaseName => System.IO.Path.GetFileNameWithoutExtension(FileName) is { Length: > 0 } name ? name : "video";

    /// <summary>The file's name; of a URL the last part of its path, which may be empty.</summary>
    public string FileName => System.IO.Path.GetFileName(Path ?? Uri.UnescapeDataString(Url!.AbsolutePath));

    /// <summary>The input of a job as the store has it. What was taken once is not judged again.</summary>
    public static MediaInput Of(string? path, string? url) => path is not null ? File(path) : new MediaInput(null, new Uri(url!));

    public static MediaInput File(string fullPath) => new(fullPath, null);

    /// <param name="text">What the user wrote.</param>
    /// <param name="allowLocal">Whether addresses that only this network knows are taken.</param>
    /// <exception cref="LipSyncException">No URL that fal could fetch.</exception>
    public static MediaInput FromUrl(string text, bool allowLocal)
    {
        if (!Uri.TryCreate(text.Trim(), UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.Host.Length == 0)
        {
            throw Invalid($"'{ShownAddress.Of(text)}' is no absolute http or https URL that fal could fetch.");
        }

        if (url.UserInfo.Length > 0)
        {
            throw Invalid($"'{ShownAddress.Of(text)}' holds a user name or a password, which fal would keep in its history.");
        }

        return allowLocal || !LocalAddress.Is(url)
            ? new MediaInput(null, url)
            : throw Invalid($"'{Bare(url.AbsoluteUri)}' is an address that only this machine or its network knows; fal cannot fetch it.");
    }

    /// <summary>The URL's input; null where the text is none that fal could fetch.</summary>
    public static MediaInput? TryUrl(string text, bool allowLocal)
    {
        try
        {
            return FromUrl(text, allowLocal);
        }
        catch (LipSyncException)
        {
            return null;
        }
    }

    /// <summary>What tells this input from any other of the same command: the path, or the URL as it was given.</summary>
    public string Identity => Path ?? Url!.AbsoluteUri;

    public override string ToString() => Path ?? Bare(Url!.AbsoluteUri)!;

    /// <summary>A URL as it may be shown: without query and fragment, where signatures are.</summary>
    public static string? Bare(string? url) => url is null ? null : ShownAddress.Of(url);

    private static LipSyncException Invalid(string message) => new(LipSyncError.UrlInvalid, message);

    /// <summary>Opens a file to be read through a buffer of the reader's own. Where the system knows such a thing, nobody can write it meanwhile.</summary>
    public static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);

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
