using System.Runtime.InteropServices;

namespace KlingLipSync.Bench.Chaos;

/// <summary>Stops a process where it is, and lets it go on. Not on Windows.</summary>
internal static class Signals
{
    public static void Stop(int process) => _ = Send(process, OperatingSystem.IsMacOS() ? 17 : 19);

    public static void Continue(int process) => _ = Send(process, OperatingSystem.IsMacOS() ? 19 : 18);

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Send(int process, int signal);
}
