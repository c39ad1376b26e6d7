using System.Runtime.CompilerServices;

namespace KlingLipSync.Tests.Commands.Session;

/// <summary>The machine's own key, endpoint and store are nobody's business here: no test can reach them.</summary>
internal static class Surroundings
{
    public static readonly string[] Variables =
    [
        "FAL_KEY", "FAL_KEY_ID", "FAL_KEY_SECRET", "FAL_RUN_HOST", "FAL_QUEUE_RUN_HOST", "KLINGLIPSYNC_ENDPOINT", "KLINGLIPSYNC_HOME",
        "KLINGLIPSYNC_HORIZON_SECONDS", "KLINGLIPSYNC_MACHINE",
        "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy",
    ];

    /// <summary>Where a store would be made if a test forgot to name one; nothing can be made there.</summary>
    public static string NoStore { get; } = Path.Combine(typeof(Surroundings).Assembly.Location, "no-store");

    [ModuleInitializer]
    internal static void Clear()
    {
        foreach (var name in Variables)
        {
            Environment.SetEnvironmentVariable(name, null);
        }

        Environment.SetEnvironmentVariable("KLINGLIPSYNC_HOME", NoStore);
    }
}
