using KlingLipSync.Media;

namespace KlingLipSync.Tests.Unit.Media;

/// <summary>Reads made files and looks for what was remarked about them.</summary>
internal static class Reading
{
    public static MediaFacts Read(byte[] file) => MediaReader.Read(new MemoryStream(file));

    public static MediaFacts Read(Mp4Builder builder) => Read(builder.Build());

    public static TimeSpan S(double seconds) => TimeSpan.FromTicks((long)Math.Round(seconds * TimeSpan.TicksPerSecond));

    public static void Refused(MediaFacts facts, string part) => Remarked(facts, MediaSeverity.Refuse, part);

    public static void Warned(MediaFacts facts, string part) => Remarked(facts, MediaSeverity.Warn, part);

    public static void Noted(MediaFacts facts, string part) => Remarked(facts, MediaSeverity.Note, part);

    public static void Near(TimeSpan expected, TimeSpan? actual)
        => Assert.InRange(actual!.Value, expected - TimeSpan.FromTicks(10), expected + TimeSpan.FromTicks(10));

    private static void Remarked(MediaFacts facts, MediaSeverity severity, string part)
        => Assert.Contains(facts.Problems, problem => problem.Severity == severity && problem.Text.Contains(part, StringComparison.Ordinal));
}
