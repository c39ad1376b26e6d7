using System.Text.Json;

namespace KlingLipSync.Bench.SideBySide;

/// <summary>What one process told of its own work.</summary>
/// <param name="Json">The object that it wrote.</param>
internal sealed record Sample(JsonElement Json)
{
    /// <summary>One of which the time alone is known.</summary>
    public static Sample Of(double milliseconds) => new(JsonSerializer.SerializeToElement(new { ms = milliseconds }));

    /// <summary>How long the work took.</summary>
    public double Milliseconds => this["ms"];

    /// <summary>What processor time the work took; what the bare host had used before is not in it.</summary>
    public double Processor => this["cpu"];

    /// <summary>What the bare host had used before the work.</summary>
    public double BareProcessor => this["bareCpu"];

    /// <summary>The process's highest resident memory, in MiB.</summary>
    public double Peak => this["peakMiB"];

    /// <summary>A number by its name.</summary>
    public double this[string name] => Json.GetProperty(name).GetDouble();

    /// <summary>When each result was in the client's hand, in milliseconds since 1970, by request id.</summary>
    public IEnumerable<(string RequestId, double At)> Notices() =>
        Json.GetProperty("notices").EnumerateObject().Select(p => (p.Name, p.Value.GetDouble()));
}
