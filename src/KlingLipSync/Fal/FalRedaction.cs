using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace KlingLipSync.Fal;

/// <summary>The one place that makes foreign text fit to be shown or kept: no keys, tokens or signed queries; and, to be shown, no control characters and not too long.</summary>
internal static partial class FalRedaction
{
    private const int MaxLength = 600;

    /// <summary>How those name it that keep a secret.</summary>
    private const string Names =
        "(?:[a-z0-9]{1,30}[_-]){0,4}(?:sig|signature|token|secret|password|passwd|pwd|api[_-]?key|identity|cookie|session(?:[_-]?id)?|authorization|credentials?|fal[_-]key|awsaccesskeyid)";

    /// <summary>A text from fal, or from the system about fal, made fit to be shown.</summary>
    /// <param name="text">The text.</param>
    /// <param name="credential">The key that must not be in it.</param>
    /// <param name="longest">What is longer is cut.</param>
    public static string Clean(string? text, FalCredential? credential, int longest = MaxLength)
    {
        if (string.IsNullOrWhiteSpace(text))
            return "";

        // Cut first, so that a huge page costs nothing, but leave room, and no half of a word: it could be half of a secret.
        var isCut = text.Length > longest * 4;
        var clean = Plain(Mask(Unescaped(isCut ? WholeWords(text, longest * 4) : text), credential));
        return clean.Length > longest ? clean[..longest].TrimEnd() + "…" : isCut ? clean + "…" : clean;
    }

    /// <summary>The same with its full stop, which systems end their words with or not: more words may follow.</summary>
    public static string Sentence(string? text, FalCredential? credential) => Clean(text, credential).TrimEnd('.') + ".";

    /// <summary>A text as it was, but for its keys, tokens, passwords and signed queries.</summary>
    /// <param name="text">The text.</param>
    /// <param name="credential">The key that must not be in it, in whatever form.</param>
    public static string Mask(string text, FalCredential? credential)
    {
        if (credential is not null)
            text = credential.Mask(text);
        text = Queries().Replace(text, "$1?…");
        text = Users().Replace(text, "$1…@");
        text = Schemes().Replace(text, "$1 ***");
        text = Keys().Replace(text, "$1:***");
        text = Tokens().Replace(text, "***");
        return Named().Replace(text, "$1***");
    }

    /// <summary>JSON that is kept, without the same.</summary>
    public static string Json(JsonElement json, FalCredential? credential)
    {
        try
        {
            using var buffer = new MemoryStream();
            using (var writer = new Utf8JsonWriter(buffer))
                Write(writer, json, credential);
            return Encoding.UTF8.GetString(buffer.ToArray());
        }
        catch (InvalidOperationException)
        {
            // Half a character, which JSON can write and no text can hold.
            return Mask(json.GetRawText(), credential);
        }
    }

    /// <summary>What lay beneath a failure, to be kept with it: as it is, or in its own words without the secrets that they repeat.</summary>
    public static Exception Cause(Exception fault, FalCredential? credential)
    {
        for (var e = fault; e is not null; e = e.InnerException)
        {
            // A server's malformed line stands in the message of whoever could not read it.
            if (Mask(e.Message, credential) != e.Message)
                return new HttpRequestException((fault as HttpRequestException)?.HttpRequestError ?? HttpRequestError.Unknown, Clean(fault.GetBaseException().Message, credential));
        }
        return fault;
    }

    /// <summary>A URL without its query, fragment and user.</summary>
    public static string Address(Uri uri) =>
        uri.IsAbsoluteUri ? $"{uri.Scheme}://{uri.Authority}{uri.AbsolutePath}".TrimEnd('/') : "a relative URL";

    private static void Write(Utf8JsonWriter writer, JsonElement json, FalCredential? credential)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var field in json.EnumerateObject())
                {
                    writer.WritePropertyName(Mask(field.Name, credential));
                    if (SecretName().IsMatch(field.Name) && field.Value.ValueKind is (JsonValueKind.String or JsonValueKind.Number))
                        writer.WriteStringValue("***");
                    else
                        Write(writer, field.Value, credential);
                }
                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in json.EnumerateArray())
                    Write(writer, item, credential);
                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                writer.WriteStringValue(Mask(json.GetString()!, credential));
                break;
            default:
                json.WriteTo(writer);
                break;
        }
    }

    /// <summary>JSON may write any character by its number.</summary>
    private static string Unescaped(string text) =>
        Escapes().Replace(text, e => ((char)int.Parse(e.Groups[1].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString());

    private static string WholeWords(string text, int length)
    {
        var end = length;
        while (end > 0 && !char.IsWhiteSpace(text[end - 1]))
            end--;
        return end > 0 ? text[..end] : text[..length];
    }

    private static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (!char.IsControl(c) && !char.IsWhiteSpace(c))
                plain.Append(c);
            else if (plain.Length > 0 && plain[^1] != ' ')
                plain.Append(' ');
        }
        return plain.ToString().TrimEnd();
    }

    // A fragment is a part of a page, unless it is written as a query is. Slashes may be escaped, as in JSON.
    [GeneratedRegex(@"\b([a-z][a-z0-9+.-]{0,15}:(?:\\?/){2}[^\s""'<>?#]{1,2000})(?:\?|#(?=[^\s""'<>]*=))[^\s""'<>]*", RegexOptions.IgnoreCase)]
    private static partial Regex Queries();

    [GeneratedRegex(@"\b([a-z][a-z0-9+.-]{0,15}:(?:\\?/){2})(?:[^\s""'<>/@:]{0,200}:[^\s""'<>@]{0,2000}|[^\s""'<>/@]{1,200})@", RegexOptions.IgnoreCase)]
    private static partial Regex Users();

    [GeneratedRegex(@"\b(Key|Bearer|Basic)\s+(?=\S*[0-9:._~+/=%-])[A-Za-z0-9:._~+/=%-]{12,}", RegexOptions.IgnoreCase)]
    private static partial Regex Schemes();

    [GeneratedRegex(@"\b([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?::|%3A)[0-9a-zA-Z_-]{8,}", RegexOptions.IgnoreCase)]
    private static partial Regex Keys();

    [GeneratedRegex(@"\beyJ[A-Za-z0-9_-]{8,}(\.[A-Za-z0-9_-]+){1,2}")]
    private static partial Regex Tokens();

    [GeneratedRegex("^" + Names + "$", RegexOptions.IgnoreCase)]
    private static partial Regex SecretName();

    [GeneratedRegex(@"\\u00([2-7][0-9a-fA-F])")]
    private static partial Regex Escapes();

    // After a colon plain words may follow, so there the value is quoted, long, or has a digit.
    [GeneratedRegex(
        @"(?:(?<![A-Za-z0-9])|(?<=%[0-9A-F]{2}))(" + Names + @"\\?[""']?\s*(?:=|%3D|:)\s*)"
        + @"(?:\\?[""'][^\s""'&,;<>\\]{3,}|(?<=(?:=|%3D)\s*)[^\s""'&,;<>{}\\)]{3,}|(?=[^\s""'&,;<>{}\\)]{0,200}[0-9])[^\s""'&,;<>{}\\)]{6,}|[^\s""'&,;<>{}\\)]{24,})",
        RegexOptions.IgnoreCase)]
    private static partial Regex Named();
}
