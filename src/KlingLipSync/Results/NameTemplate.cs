using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using KlingLipSync.Fal;

namespace KlingLipSync.Results;

/// <summary>Makes an output's file name from placeholders.</summary>
internal sealed class NameTemplate
{
    private const string Extension = ".mp4";

    // Bytes, not characters: Unix limits a name to 255 bytes, and a partial file's name grows by the job's id.
    private const int MaxBytes = 200;

    internal static readonly string[] Placeholders = ["Name", "AudioName", "Id", "RequestId", "Date"];

    private readonly IReadOnlyList<Segment>? segments;

    private NameTemplate(IReadOnlyList<Segment>? segments) => this.segments = segments;

    /// <summary>Whether the name holds one of the job's ids, so that no two jobs have it, and nobody knows it before there is a job.</summary>
    public bool IsUnique => segments?.Any(s => s.Placeholder is "Id" or "RequestId") ?? false;

    /// <summary>Whether the name can only be made once fal has accepted the job.</summary>
    public bool NeedsRequestId => segments?.Any(s => s.Placeholder == "RequestId") ?? false;

    /// <summary>Reads a template; nothing means the default.</summary>
    /// <exception cref="LipSyncException"><see cref="LipSyncError.NameTemplateInvalid"/>.</exception>
    public static NameTemplate Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return new NameTemplate(null);

        var segments = new List<Segment>();
        var position = 0;
        while (position < text.Length)
        {
            var open = text.IndexOf('{', position);
            var literal = open < 0 ? text[position..] : text[position..open];
            if (literal.AsSpan().IndexOfAny('/', '\\') >= 0)
                throw Invalid($"The name template '{text}' holds a path separator: it makes a file name, and the folder comes from the destination.");
            if (literal.Length > 0)
                segments.Add(new Segment(literal, null));
            if (open < 0)
                break;

            var close = text.IndexOf('}', open);
            if (close < 0)
                throw Invalid($"The name template '{text}' does not close the placeholder '{text[open..]}'.");
            var word = text[(open + 1)..close];
            var known = Array.Find(Placeholders, p => p.Equals(word, StringComparison.OrdinalIgnoreCase))
                ?? throw Invalid($"The name template '{text}' has the unknown placeholder '{{{word}}}'; known are {string.Join(", ", Placeholders.Select(p => $"{{{p}}}"))}.");
            segments.Add(new Segment(null, known));
            position = close + 1;
        }
        return new NameTemplate(segments);
    }

    /// <summary>The file name for one job, fit for Windows and Unix alike.</summary>
    /// <exception cref="LipSyncException"><see cref="LipSyncError.NameTemplateInvalid"/>.</exception>
    public string FileName(NameParts parts)
    {
        var raw = segments is null ? DefaultStem(parts) : string.Concat(segments.Select(s => s.Literal ?? Value(s.Placeholder!, parts)));
        if (raw.EndsWith(Extension, StringComparison.OrdinalIgnoreCase))
            raw = raw[..^Extension.Length];

        var stem = Sanitised(raw).Trim(' ').TrimEnd('.', ' ');
        if (stem.Length == 0)
            throw Invalid($"The name template makes no file name for the clip '{Sanitised(parts.Name)}'.");
        if (IsDeviceName(stem))
            stem = "_" + stem;
        return Shortened(stem) + Extension;
    }

    private static string DefaultStem(NameParts parts) =>
        string.IsNullOrEmpty(parts.AudioName) || parts.AudioName.Equals(parts.Name, StringComparison.OrdinalIgnoreCase)
            ? $"{parts.Name}.lipsync"
            : $"{parts.Name}.{parts.AudioName}.lipsync";

    private static string Value(string placeholder, NameParts parts) => placeholder switch
    {
        "Name" => parts.Name,
        "AudioName" => parts.AudioName ?? "",
        "Id" => parts.Id,
        "RequestId" => FalRequestId.IsValid(parts.RequestId)
            ? parts.RequestId!
            : throw Invalid("The name template asks for {RequestId}, and the job has no request id that may stand in a file name."),
        _ => parts.Date.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
    };

    private static string Sanitised(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            // Reserved on Windows, invisible, or half a character: none of them belongs in a name.
            if (Rune.IsControl(rune)
                || rune == Rune.ReplacementChar
                || (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format && rune.Value is not (0x200C or 0x200D)) // joiners: real words and emoji need them
                || Rune.GetUnicodeCategory(rune) is UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                || (rune.IsAscii && "<>:\"/\\|?*".Contains((char)rune.Value, StringComparison.Ordinal)))
                clean.Append('_');
            else
                clean.Append(rune.ToString());
        }
        return clean.ToString();
    }

    private static bool IsDeviceName(string stem)
    {
        var first = stem.Split('.', 2)[0].TrimEnd(' ').ToUpperInvariant();
        return first is "CON" or "PRN" or "AUX" or "NUL" or "CONIN$" or "CONOUT$" or "CLOCK$"
            || (first.Length == 4 && first[..3] is "COM" or "LPT" && "0123456789¹²³".Contains(first[3], StringComparison.Ordinal));
    }

    private static string Shortened(string stem)
    {
        var room = MaxBytes - Extension.Length;
        if (Encoding.UTF8.GetByteCount(stem) <= room)
            return stem;

        // Names that differ only past the limit must stay different.
        var mark = "~" + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(stem)))[..8].ToLowerInvariant();
        room -= mark.Length;
        var kept = new StringBuilder();
        foreach (var rune in stem.EnumerateRunes())
        {
            room -= rune.Utf8SequenceLength;
            if (room < 0)
                break;
            kept.Append(rune.ToString());
        }
        return kept.ToString().TrimEnd('.', ' ') + mark;
    }

    private static LipSyncException Invalid(string message) => new(LipSyncError.NameTemplateInvalid, message);

    private sealed record Segment(string? Literal, string? Placeholder);
}
