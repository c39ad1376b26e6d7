using System.Globalization;

namespace KlingLipSync.Commands;

/// <summary>Numbers of bytes as people read them.</summary>
internal static class ByteText
{
    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB"];

    /// <summary>Two or three digits and a unit: 950 B, 1.2 kB, 310 MB.</summary>
    public static string Of(long bytes)
    {
        var (value, unit) = ((double)bytes, 0);
        for (; value >= 1000 && unit < Units.Length - 1; unit++)
        {
            value /= 1000;
        }

        return $"{value.ToString(unit > 0 && value < 10 ? "0.0" : "0", CultureInfo.CurrentCulture)} {Units[unit]}";
    }

    /// <summary>The same for each second.</summary>
    public static string Rate(long bytesPerSecond) => Of(bytesPerSecond) + "/s";
}
