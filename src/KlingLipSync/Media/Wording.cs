using System.Globalization;
using System.Text;

namespace KlingLipSync.Media;

/// <summary>Values as they stand in messages: the same on every machine, whatever its culture.</summary>
internal static class Wording
{
    public static string Seconds(TimeSpan duration)
        => string.Create(CultureInfo.InvariantCulture, $"{(decimal)duration.Ticks / TimeSpan.TicksPerSecond:0.####} s");

    public static string Bytes(long count)
        => string.Create(CultureInfo.InvariantCulture, $"{count:N0} bytes");

    /// <summary>Four bytes of a file as a name, with everything that could upset a terminal replaced.</summary>
    public static string FourCharacters(uint code)
    {
        Span<char> name = stackalloc char[4];
        for (int i = 0; i < 4; i++)
        {
            char c = (char)((code >> (24 - (8 * i))) & 0xFF);
            name[i] = c is >= ' ' and <= '~' ? c : '?';
        }

        return new string(name);
    }

    /// <summary>A file name on one line, without control characters.</summary>
    public static string Name(string fileName)
    {
        string name = Path.GetFileName(fileName);
        if (!name.Any(char.IsControl))
        {
            return name;
        }

        var text = new StringBuilder(name);
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i]))
            {
                text[i] = '?';
            }
        }

        return text.ToString();
    }
}
