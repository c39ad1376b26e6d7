using System.Text;
using KlingLipSync.Media;

namespace KlingLipSync.Commands;

/// <summary>The one place where a completion is quoted, and where what was typed is read as PowerShell will read it.</summary>
internal static class CompletionWord
{
    private const string SingleQuotes = "'\u2018\u2019\u201A\u201B", DoubleQuotes = "\"\u201C\u201D\u201E";

    /// <summary>What a word that may be quoted, and may not be finished, stands for.</summary>
    public static string Read(string? word)
    {
        if (string.IsNullOrEmpty(word))
        {
            return "";
        }

        return SingleQuotes.Contains(word[0]) ? Unquoted(word, SingleQuotes, escapes: false)
            : DoubleQuotes.Contains(word[0]) ? Unquoted(word, DoubleQuotes, escapes: true)
            : Unescaped(word);
    }

    /// <summary>A text as one word of a command line: bare where it can be, else in quotes.</summary>
    public static string Write(string text) => IsBare(text) ? text : PowerShellText.Quote(text);

    /// <summary>Whether a text goes on from what was typed. Case does not matter.</summary>
    public static bool GoesOn(this string text, string typed) => text.StartsWith(typed, StringComparison.OrdinalIgnoreCase);

    private static bool IsBare(string text) => text.Length > 0
        && (char.IsLetterOrDigit(text[0]) || "./\\~_".Contains(text[0]))
        && text.All(c => char.IsLetterOrDigit(c) || "./\\~_-:+=".Contains(c));

    private static string Unquoted(string word, string quotes, bool escapes)
    {
        var text = new StringBuilder(word.Length);
        for (var i = 1; i < word.Length; i++)
        {
            if (escapes && word[i] == '`' && i + 1 < word.Length)
            {
                text.Append(word[++i]);
            }
            else if (!quotes.Contains(word[i]))
            {
                text.Append(word[i]);
            }
            else if (i + 1 < word.Length && quotes.Contains(word[i + 1]))
            {
                text.Append(word[++i]);
            }
            else
            {
                break;
            }
        }

        return text.ToString();
    }

    private static string Unescaped(string word)
    {
        var text = new StringBuilder(word.Length);
        for (var i = 0; i < word.Length; i++)
        {
            text.Append(word[i] == '`' && i + 1 < word.Length ? word[++i] : word[i]);
        }

        return text.ToString();
    }
}
