namespace KlingLipSync.Emulator.Model;

/// <summary>What a video of a given length costs.</summary>
internal static class Price
{
    private const int Step = 5;
    private const decimal UsdPerSecond = 0.014m;

    /// <summary>Up to the next five seconds.</summary>
    public static int BilledSeconds(double seconds) => Math.Max(Step, (int)Math.Ceiling(seconds / Step) * Step);

    public static decimal Usd(int billedSeconds) => billedSeconds * UsdPerSecond;
}
