using System.Globalization;
using System.Text;

namespace KlingLipSync.Media;

/// <summary>Writes text so that PowerShell reads it back as one word, whatever is in it.</summary>
internal static class PowerShellText
{
    // PowerShell takes the typographic quotes for the plain ones.
    private const string SingleQuotes = "'\u2018\u2019\u201A\u201B";
    private const string Special = "`$\"\u201C\u201D\u201E";

    public static string Quote(string text)
    {
        bool isPlain = !text.Any(char.IsControl);
        var quoted = new StringBuilder(text.Length + 8).Append(isPlain ? '\'' : '"');
        foreach (char c in text)
        {
            if (isPlain)
            {
                quoted.Append(c, SingleQuotes.Contains(c) ? 2 : 1);
            }
            else if (char.IsControl(c))
            {
                // Spelled out, so that a name cannot speak to the terminal it is printed on.
                quoted.Append(CultureInfo.InvariantCulture, $"`u{{{(int)c:x}}}");
            }
            else
            {
                quoted.Append(Special.Contains(c) ? "`" : "").Append(c);
            }
        }

        return quoted.Append(isPlain ? '\'' : '"').ToString();
    }
}
