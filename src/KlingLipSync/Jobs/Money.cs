namespace KlingLipSync.Jobs;

/// <summary>USD in code, whole micro-USD in the store: no binary fraction ever touches money.</summary>
internal static class Money
{
    public static long ToMicro(decimal usd) => (long)(usd * 1_000_000m);

    public static decimal FromMicro(long micro) => micro / 1_000_000m;
}
