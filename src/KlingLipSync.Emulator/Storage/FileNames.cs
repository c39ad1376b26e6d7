namespace KlingLipSync.Emulator.Storage;

/// <summary>Names that are safe in a URL and on any disk.</summary>
internal static class FileNames
{
    private const int Longest = 100;

    /// <summary>Keeps letters, digits, dot, dash and underscore of a name's last segment; the end, with the extension, wins.</summary>
    public static string Sanitise(string? name)
    {
        var last = (name ?? "").Split('/', '\\')[^1];
        var safe = new string([.. last.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '_')]).TrimStart('.');
        return safe.Length == 0 ? "file" : safe.Length > Longest ? safe[^Longest..] : safe;
    }

    /// <summary>A fresh folder as the CDN has them: <c>b/</c> and eight hex digits.</summary>
    public static string Folder() => "b/" + Token(4);

    public static string Token(int bytes) => Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(bytes));
}
