namespace KlingLipSync.Bench.SideBySide;

/// <summary>What the report calls the contenders.</summary>
internal static class Names
{
    public const string Default = "fal-js, defaults";
    public const string Polling = "fal-js, tuned (poll 0)";
    public const string Streaming = "fal-js, tuned (streaming)";
    public const string Plain = "Invoke-RestMethod";
}
