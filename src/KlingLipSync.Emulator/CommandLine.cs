using System.Globalization;

namespace KlingLipSync.Emulator;

/// <summary>Reads the options of the command line.</summary>
internal static class CommandLine
{
    public const string Usage = """
        A local fal for KlingLipSync. Prints {"url":"…"} once it listens, and ends when its standard input does.

          --port <n>                        loopback port; 0 takes a free one (0)
          --queue-seconds <s>               time a request stays queued (0.2)
          --run-seconds <s>                 time a run takes (0.5)
          --longest-run-seconds <s>         a run takes a random time up to this instead (none)
          --concurrency <n>                 runs of one account at once (10)
          --history-lag-seconds <s>         delay before a finished request shows in the history (0)
          --key <id:secret>                 a known key, an account of its own; may be repeated (demo:demo)
          --admin-key <id:secret>           a key of the first account that may also delete payloads; may be repeated (none)
          --result-retention-seconds <s>    how long a result is kept; a tenth of it from 10 KB (3600)
          --payload-retention-seconds <s>   the same with payload storage asked for (2592000)
          --payloads on|off                 whether the account keeps payloads at all; off wins over a request's wish (on)
          --stream on|off                   whether there is a status stream (on)
          --ffmpeg on|off                   whether outputs get the new sound, with ffmpeg on the PATH (on)

        One address stands for all hosts: /queue, /run, /rest, /cdn and /api below it.
        A video whose name in its URL has one of these words makes the model fail: noface, policy,
        partner, crash; stubborn ignores a cancellation.
        GET /_emulator/ledger tells what was seen. POST and DELETE /_emulator/faults and
        /_emulator/lock, POST /_emulator/reset.
        """;

    /// <summary>The options.</summary>
    /// <exception cref="FormatException">One of them is unknown or bad; the message says which.</exception>
    public static EmulatorOptions Read(IReadOnlyList<string> arguments)
    {
        var options = new EmulatorOptions();
        List<string> keys = [];
        List<string> adminKeys = [];
        for (var i = 0; i < arguments.Count; i += 2)
        {
            var name = arguments[i];
            if (!IsKnown(name))
                throw new FormatException($"Unknown option '{name}'.");
            if (i + 1 == arguments.Count)
                throw new FormatException($"The option '{name}' needs a value.");
            var value = arguments[i + 1];
            if (name == "--key")
                keys.Add(Key(name, value));
            else if (name == "--admin-key")
                adminKeys.Add(Key(name, value));
            else
                options = With(options, name, value);
        }

        options = options with { AdminKeys = adminKeys };
        return keys.Count == 0 ? options : options with { Keys = keys };
    }

    private static bool IsKnown(string name) => name is "--port" or "--queue-seconds" or "--run-seconds" or "--longest-run-seconds" or "--concurrency" or "--history-lag-seconds"
        or "--key" or "--admin-key" or "--result-retention-seconds" or "--payload-retention-seconds" or "--payloads" or "--stream" or "--ffmpeg";

    private static EmulatorOptions With(EmulatorOptions options, string name, string value) => name switch
    {
        "--port" => options with { Port = Whole(name, value, 0, ushort.MaxValue) },
        "--queue-seconds" => options with { QueueTime = Seconds(name, value) },
        "--run-seconds" => options with { RunTime = Seconds(name, value) },
        "--longest-run-seconds" => options with { LongestRunTime = Seconds(name, value) },
        "--concurrency" => options with { Concurrency = Whole(name, value, 1, int.MaxValue) },
        "--history-lag-seconds" => options with { HistoryLag = Seconds(name, value) },
        "--result-retention-seconds" => options with { ResultRetention = Seconds(name, value) },
        "--payload-retention-seconds" => options with { PayloadRetention = Seconds(name, value) },
        "--payloads" => options with { PayloadStorage = Switch(name, value) },
        "--stream" => options with { Streaming = Switch(name, value) },
        _ => options with { UseFfmpeg = Switch(name, value) },
    };

    private static int Whole(string name, string value, int least, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new FormatException($"The option '{name}' needs a whole number from {least} to {most}, not '{value}'.");

    private static TimeSpan Seconds(string name, string value) =>
        double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number <= 100d * 365 * 86400
            ? TimeSpan.FromSeconds(number)
            : throw new FormatException($"The option '{name}' needs a number of seconds, not '{value}'.");

    private static bool Switch(string name, string value) => value switch
    {
        "on" => true,
        "off" => false,
        _ => throw new FormatException($"The option '{name}' is on or off, not '{value}'."),
    };

    private static string Key(string name, string value) => value.Split(':') is [{ Length: > 0 }, { Length: > 0 }]
        ? value
        : throw new FormatException($"The option '{name}' needs <id>:<secret>.");
}
