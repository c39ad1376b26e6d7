using System.Text.Json;

namespace KlingLipSync.Bench.Chaos;

/// <summary>What one run of the command said, by its own report; it is there only when the run came to its end.</summary>
internal sealed class RunReport
{
    private const string Unconfirmed = "SubmitUnconfirmed";

    private RunReport(IReadOnlyList<Dictionary<string, string>> lines)
    {
        Jobs = [.. lines.Where(l => l["Kind"] == "job").Select(l => new JobLine(l))];
        Errors = [.. lines.Where(l => l["Kind"] == "error").Select(l => l["Id"].Split(',')[0])];
        Words = [.. lines.Where(l => l["Kind"] == "words").Select(l => l.GetValueOrDefault("Message", ""))];
    }

    /// <summary>The jobs that it put out.</summary>
    public IReadOnlyList<JobLine> Jobs { get; }

    /// <summary>The ids of its errors.</summary>
    public IReadOnlyList<string> Errors { get; }

    /// <summary>Whether it was ended by an error, before it looked at anything or in the middle.</summary>
    public bool HasThrown => Errors.Any(e => e.StartsWith("thrown:", StringComparison.Ordinal));

    /// <summary>The messages of its errors.</summary>
    public IReadOnlyList<string> Words { get; }

    public int Saved => Jobs.Count(j => j.State == "Saved");

    public int Held => Errors.Count(e => e == Unconfirmed);

    /// <summary>The errors that another run of the same command can do something about.</summary>
    public IEnumerable<string> Troubles => Errors.Where(e => e != Unconfirmed);

    /// <returns>Null when the run was cut off.</returns>
    public static RunReport? Read(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        var lines = new List<Dictionary<string, string>>();
        foreach (var line in File.ReadLines(path))
        {
            try
            {
                lines.Add(JsonSerializer.Deserialize<Dictionary<string, string>>(line)!);
            }
            catch (JsonException)
            {
                return null;
            }
        }

        return lines is [.., var last] && last["Kind"] == "end" ? new RunReport(lines) : null;
    }
}
