using KlingLipSync.Tests.Unit.Media;

namespace KlingLipSync.Tests.Commands.Session;

/// <summary>Fit media, no two equal.</summary>
internal static class SampleMedia
{
    private static int seed;

    public static byte[] Clip(double seconds = 2.4) => TestMedia.Mp4(seconds, seed: Interlocked.Increment(ref seed));

    public static byte[] Sound() => TestMedia.Wav(2.5, Interlocked.Increment(ref seed));
}
