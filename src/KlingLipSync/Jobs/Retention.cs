namespace KlingLipSync.Jobs;

/// <summary>How long fal keeps things, as its documentation states.</summary>
internal static class Retention
{
    /// <summary>The result's JSON, from completion (6 minutes from 10 KB on; a lip-sync result has a few hundred bytes).</summary>
    public static readonly TimeSpan Json = TimeSpan.FromHours(1);

    /// <summary>Output files, where the account sets nothing else: the least that fal's FAQ promises.</summary>
    public static readonly TimeSpan Media = TimeSpan.FromDays(7);

    /// <summary>Inputs and outputs in the request history, where nobody deletes them before: 30 days, of which two are kept back for doubt.</summary>
    public static readonly TimeSpan Inputs = TimeSpan.FromDays(28);

    /// <summary>The longest run of a request (1 h) and 10 minutes for clocks and lists, added to the start timeout.</summary>
    public static readonly TimeSpan ProofMargin = TimeSpan.FromMinutes(70);
}
