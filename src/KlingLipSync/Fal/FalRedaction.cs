using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace KlingLipSync.Fal;

/// <summary>The one place that makes foreign text fit to be shown or kept: no keys, tokens or signed queries; and, to be shown, no control characters and not too long.</summary>
internal static partial class FalRedaction
{
    private const int MaxLength = 600;

    /// <summary>In milliseconds. Each expression takes time in proportion to its text; should one not, nothing of the text is shown.</summary>
    private const int Patience = 5000;

    /// <summary>How those name it that keep a secret, alone or as the last of the words in a_name or a-name.</summary>
    private const string Words =
        "(?:sig|signature|token|secret|password|passwd|pwd|api[_-]?key|identity|cookie|session(?:[_-]?id)?|authorization|credentials?|fal[_-]?key|awsaccesskeyid)";

    /// <summary>The same as the last word in aName, where the capital alone tells it from an ordinary word's end.</summary>
    private const string Humps =
        "(?-i:(?<=[a-z0-9])(?:Sig|Signature|Token|Secret|Password|Passwd|Pwd|ApiKey|FalKey|SecretKey|AccessKey|PrivateKey|Cookie|SessionI[dD]|Authorization|Credentials?))";

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
        try
        {
            text = Queries().Replace(text, WithoutQuery);
            text = WithoutUsers(text);
            text = LogIns().Replace(text, "$1***");
            text = Schemes().Replace(text, "$1 ***");
            text = Keys().Replace(text, "$1:***");
            text = Tokens().Replace(text, t => t.Groups[1].Success ? "***" : t.Value);
            text = Headers().Replace(text, "$1***");
            return Named().Replace(text, "$1***");
        }
        catch (RegexMatchTimeoutException)
        {
            return "***";
        }
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
                    if (IsSecret(field.Name) && field.Value.ValueKind is (JsonValueKind.String or JsonValueKind.Number))
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

    private static bool IsSecret(string name)
    {
        try
        {
            return SecretName().IsMatch(name);
        }
        catch (RegexMatchTimeoutException)
        {
            return true;
        }
    }

    // A fragment is a part of a page, unless it is written as a query is.
    private static string WithoutQuery(Match url) =>
        url.Groups[2] is { Success: true } tail && (tail.ValueSpan[0] == '?' || tail.ValueSpan.ContainsAny('=', '?')) ? url.Groups[1].Value + "?…" : url.Value;

    /// <summary>A text without what stands before the host of its URLs. In code, since an expression would look for the @ of each from its own place.</summary>
    private static string WithoutUsers(string text)
    {
        if (!text.Contains('@', StringComparison.Ordinal))
            return text;
        var masked = new StringBuilder(text.Length);
        var (copied, stop) = (0, 0);
        foreach (var start in Starts().EnumerateMatches(text))
        {
            var from = start.Index + start.Length;
            while (stop < text.Length && (stop < from || !(text[stop] is '"' or '\'' or '<' or '>' or '@' || char.IsWhiteSpace(text[stop]))))
                stop++;
            if (from < copied || stop == text.Length || text[stop] != '@' || !IsUser(text.AsSpan(from, stop - from)))
                continue;
            masked.Append(text, copied, from - copied).Append('…');
            copied = stop;
        }
        return masked.Append(text, copied, text.Length - copied).ToString();
    }

    /// <summary>A password may have a slash, a user's name alone has none.</summary>
    private static bool IsUser(ReadOnlySpan<char> text) => text.Length is > 0 and <= 2200 && text[..Math.Min(text.Length, 201)].IndexOfAny(':', '/') switch
    {
        < 0 => text.Length <= 200,
        var first => text[first] == ':',
    };

    /// <summary>JSON may write any character by its number.</summary>
    private static string Unescaped(string text)
    {
        try
        {
            return Escapes().Replace(text, e => ((char)int.Parse(e.Groups[1].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString());
        }
        catch (RegexMatchTimeoutException)
        {
            return "***";
        }
    }

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

    // A URL is taken whole, with a query or without: one that was looked through is not looked through again. Slashes may be escaped, as in JSON.
    [GeneratedRegex(@"\b([a-z][a-z0-9+.-]{0,15}:(?:\\?/){2}(?>[^\s""'<>?#]+))([?#](?>[^\s""'<>]*))?", RegexOptions.IgnoreCase, Patience)]
    private static partial Regex Queries();

    [GeneratedRegex(@"\b[a-z][a-z0-9+.-]{0,15}:(?:\\?/){2}", RegexOptions.IgnoreCase, Patience)]
    private static partial Regex Starts();

    [GeneratedRegex(@"(authorization(?:\\?[""'])?(?>\s*)[=:](?>\s*)(?:\\?[""'])?(?:Key|Bearer|Basic|Digest|Negotiate|NTLM|Token)(?>\s+))(?>[^\s""'&,;<>{}\\)]{3,})", RegexOptions.IgnoreCase, Patience)]
    private static partial Regex LogIns();

    [GeneratedRegex(@"\b(Key|Bearer|Basic)(?>\s+)(?=\S*[0-9:._~+/=%-])(?>[A-Za-z0-9:._~+/=%-]{12,})", RegexOptions.IgnoreCase, Patience)]
    private static partial Regex Schemes();

    [GeneratedRegex(@"\b([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?::|%3A)(?>[0-9a-zA-Z_-]{8,})", RegexOptions.IgnoreCase, Patience)]
    private static partial Regex Keys();

    // One without a dot is taken too, and stays.
    [GeneratedRegex(@"\beyJ(?>[A-Za-z0-9_-]{8,})(\.(?>[A-Za-z0-9_-]+)){0,2}", RegexOptions.None, Patience)]
    private static partial Regex Tokens();

    // Headers that carry keys have no words for values.
    [GeneratedRegex(@"(?<![A-Za-z0-9])((?:x-(?>[a-z0-9-]{1,80})(?<=-(?:api-?key|key|token|secret|signature|auth))|proxy-authorization|fal[_-]key)(?:\\?[""'])?(?>\s*):(?>\s*))(?>[^\s""'&,;<>{}\\)]{8,})", RegexOptions.IgnoreCase, Patience)]
    private static partial Regex Headers();

    [GeneratedRegex("(?:(?:^|[_-])" + Words + "|" + Humps + ")$", RegexOptions.IgnoreCase, Patience)]
    private static partial Regex SecretName();

    [GeneratedRegex(@"\\u00([2-7][0-9a-fA-F])", RegexOptions.None, Patience)]
    private static partial Regex Escapes();

    // After a colon plain words may follow, so there the value is quoted, long, or has a digit.
    [GeneratedRegex(
        "((?:(?:(?<![A-Za-z0-9])|(?<=%[0-9A-F]{2}))" + Words + "|" + Humps + @")\\?[""']?(?>\s*)(?:(?<is>=|%3D)|:)(?>\s*))"
        + @"(?:\\?[""'](?>[^\s""'&,;<>\\]{3,})|(?(is)(?>[^\s""'&,;<>{}\\)]{3,})|(?!))|(?=[^\s""'&,;<>{}\\)]{0,200}[0-9])(?>[^\s""'&,;<>{}\\)]{6,})|(?>[^\s""'&,;<>{}\\)]{24,}))",
        RegexOptions.IgnoreCase, Patience)]
    private static partial Regex Named();
}
