using System.Globalization;
using System.Text.Json;

namespace KlingLipSync.Fal;

/// <summary>Reads a line of a runner's log. Only its <c>message</c> is relied on.</summary>
internal static class FalLogReader
{
    /// <summary>A whole traceback comes as one message.</summary>
    private const int LongestMessage = 8000;

    /// <summary>Reads a line, or nothing if there is none.</summary>
    public static LipSyncLogLine? Read(JsonElement line, FalCredential credential)
    {
        if (FalJson.Text(line, "message") is not { } message)
            return null;

        // An older form has level and source one level below.
        var labels = FalJson.Field(line, "labels");
        return new LipSyncLogLine(FalRedaction.Clean(message, credential, LongestMessage))
        {
            Timestamp = Time(FalJson.Text(line, "timestamp")),
            Level = Word(FalJson.Text(line, "level") ?? FalJson.Text(labels, "level"), credential),
            Source = Word(FalJson.Text(line, "source") ?? FalJson.Text(labels, "source"), credential),
        };
    }

    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;

    private static string? Word(string? text, FalCredential credential) => FalRedaction.Clean(text, credential) is { Length: > 0 } word ? word : null;
}
