using System.Diagnostics;

namespace KlingLipSync.Jobs;

/// <summary>
/// Tells a listener, synchronously, each time a job crosses a point after which a crash must be survivable. A
/// <see cref="DiagnosticListener"/> named <c>KlingLipSync</c>: nothing happens, and nothing is allocated, while nobody listens.
/// </summary>
internal static class Boundaries
{
    private static readonly DiagnosticListener Source = new("KlingLipSync");

    /// <summary>The intent is on the disk; the POST has not left.</summary>
    public static void IntentWritten(string job) => Cross(nameof(IntentWritten), job);

    /// <summary>fal's acceptance was read; its receipt is not on the disk.</summary>
    public static void PostAccepted(string job) => Cross(nameof(PostAccepted), job);

    /// <summary>The receipt is on the disk.</summary>
    public static void ReceiptWritten(string job) => Cross(nameof(ReceiptWritten), job);

    /// <summary>The end of the job, with fal's JSON, is on the disk.</summary>
    public static void ResultStored(string job) => Cross(nameof(ResultStored), job);

    /// <summary>The file is whole under its partial name and recorded; its final name does not show it.</summary>
    public static void BeforeRename(string job) => Cross(nameof(BeforeRename), job);

    private static void Cross(string boundary, string job)
    {
        if (Source.IsEnabled(boundary))
        {
            Source.Write(boundary, job);
        }
    }
}
