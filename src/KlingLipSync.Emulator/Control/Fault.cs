using System.Text.Json.Serialization;

namespace KlingLipSync.Emulator;

/// <summary>One thing that shall go wrong on one route.</summary>
/// <param name="Route">Where.</param>
/// <param name="Kind">What.</param>
public sealed record Fault([property: JsonRequired] EmulatorRoute Route, [property: JsonRequired] FaultKind Kind)
{
    /// <summary>The status of <see cref="FaultKind.Status"/>.</summary>
    public int Status { get; init; } = 503;

    /// <summary>The body of <see cref="FaultKind.Status"/>.</summary>
    public string? Body { get; init; }

    /// <summary>More headers of <see cref="FaultKind.Status"/>.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>The delay before a reset or a head; in a dripping body the pause after every <see cref="Bytes"/> bytes.</summary>
    public int Milliseconds { get; init; }

    /// <summary>How many bytes of the body go out before it pauses or breaks off.</summary>
    public long Bytes { get; init; }

    /// <summary>How many hits of the route go well before it strikes.</summary>
    public int After { get; init; }

    /// <summary>How often it strikes; 0 for without end.</summary>
    public int Times { get; init; } = 1;

    /// <summary>How likely a hit of the route is struck, drawn from <see cref="Seed"/>.</summary>
    public double Rate { get; init; } = 1;

    /// <summary>The seed of the draws, so that a run can be had again.</summary>
    public int Seed { get; init; } = 1;
}
