namespace KlingLipSync.Emulator.Model;

/// <summary>The seconds of a fragmented file: what its runs of samples add up to, by the longest track.</summary>
internal static class FragmentedLength
{
    private const int DefaultDurationPresent = 0x8;
    private const int BaseOffsetPresent = 0x1;
    private const int DescriptionPresent = 0x2;
    private const int DataOffsetPresent = 0x1;
    private const int FirstFlagsPresent = 0x4;
    private const int SampleDurationPresent = 0x100;

    public static double Read(Stream stream, BoxHeader moov)
    {
        var timescales = Timescales(stream, moov);
        var defaults = DefaultDurations(stream, moov);
        Dictionary<ulong, double> ticks = [];
        foreach (var fragment in Boxes(stream, 0, stream.Length, "moof"))
        {
            foreach (var track in Boxes(stream, fragment.Start, fragment.End, "traf"))
                AddTrack(stream, track, defaults, ticks);
        }

        return ticks.Select(track => timescales.TryGetValue(track.Key, out var scale) && scale > 0 ? track.Value / scale : 0).DefaultIfEmpty(0).Max();
    }

    private static void AddTrack(Stream stream, BoxHeader traf, Dictionary<ulong, ulong> defaults, Dictionary<ulong, double> ticks)
    {
        if (BoxHeader.Find(stream, traf.Start, traf.End, "tfhd") is not { } header)
            return;
        var flags = (int)MovieLength.Number(stream, header, 1, 3);
        var id = MovieLength.Number(stream, header, 4, 4);
        var each = defaults.GetValueOrDefault(id);
        if ((flags & DefaultDurationPresent) != 0)
            each = MovieLength.Number(stream, header, 8 + ((flags & BaseOffsetPresent) != 0 ? 8 : 0) + ((flags & DescriptionPresent) != 0 ? 4 : 0), 4);
        foreach (var run in Boxes(stream, traf.Start, traf.End, "trun"))
            ticks[id] = ticks.GetValueOrDefault(id) + RunTicks(stream, run, each);
    }

    private static double RunTicks(Stream stream, BoxHeader run, ulong each)
    {
        var flags = (int)MovieLength.Number(stream, run, 1, 3);
        var count = (long)MovieLength.Number(stream, run, 4, 4);
        if ((flags & SampleDurationPresent) == 0)
            return (double)count * each;
        var offset = 8L + ((flags & DataOffsetPresent) != 0 ? 4 : 0) + ((flags & FirstFlagsPresent) != 0 ? 4 : 0);
        // Each further flag of the row adds four bytes to every sample.
        var width = 4L * int.PopCount(flags & 0xF00);
        double sum = 0;
        for (var i = 0L; i < count && run.Start + offset + (i * width) < run.End; i++)
            sum += MovieLength.Number(stream, run, offset + (i * width), 4);
        return sum;
    }

    private static Dictionary<ulong, uint> Timescales(Stream stream, BoxHeader moov)
    {
        Dictionary<ulong, uint> scales = [];
        foreach (var track in Boxes(stream, moov.Start, moov.End, "trak"))
        {
            if (BoxHeader.Find(stream, track.Start, track.End, "tkhd") is { } header
                && BoxHeader.Find(stream, track.Start, track.End, "mdia") is { } media
                && BoxHeader.Find(stream, media.Start, media.End, "mdhd") is { } times)
                scales[MovieLength.Number(stream, header, MovieLength.Number(stream, header, 0, 1) == 1 ? 20 : 12, 4)] = MovieLength.Times(stream, times).Timescale;
        }

        return scales;
    }

    private static Dictionary<ulong, ulong> DefaultDurations(Stream stream, BoxHeader moov)
    {
        Dictionary<ulong, ulong> durations = [];
        if (BoxHeader.Find(stream, moov.Start, moov.End, "mvex") is { } extends)
        {
            foreach (var track in Boxes(stream, extends.Start, extends.End, "trex"))
                durations[MovieLength.Number(stream, track, 4, 4)] = MovieLength.Number(stream, track, 12, 4);
        }

        return durations;
    }

    private static IEnumerable<BoxHeader> Boxes(Stream stream, long start, long end, string type)
    {
        for (var box = BoxHeader.Read(stream, start, end); box is { } here; box = BoxHeader.Read(stream, here.End, end))
        {
            if (here.Type == type)
                yield return here;
        }
    }
}
