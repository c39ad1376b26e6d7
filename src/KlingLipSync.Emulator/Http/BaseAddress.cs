namespace KlingLipSync.Emulator.Http;

/// <summary>The emulator's own address, which every URL it hands out lies under.</summary>
internal sealed class BaseAddress
{
    /// <summary>Known once the port is bound, which is before the first request.</summary>
    public string Root { get; set; } = "";

    public string Cdn => Root + "/cdn";

    public string File(string path) => $"{Cdn}/files/{path}";

    public string Result(string app, string id) => $"{Root}/queue/{app}/requests/{id}";

    public string Status(string app, string id) => $"{Result(app, id)}/status";

    public string Cancel(string app, string id) => $"{Result(app, id)}/cancel";

    /// <summary>The path under <c>/cdn/files</c> of a URL of ours; null for any other URL.</summary>
    public string? OwnFile(string url)
    {
        var prefix = File("");
        if (!url.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            return null;
        var end = url.AsSpan(prefix.Length).IndexOfAny('?', '#');
        return Uri.UnescapeDataString(end < 0 ? url[prefix.Length..] : url.Substring(prefix.Length, end));
    }
}
