namespace KlingLipSync.Media.Iso;

/// <summary>Reads <c>moov</c>: the movie's clock and duration, its tracks, and what fragments inherit.</summary>
internal sealed class MovieReader(ByteWindow bytes, Movie movie, FactsDraft facts)
{
    private const int MostTracks = 32;

    public void Read(Box moov)
    {
        movie.IsPresent = true;
        Box? extends = null;
        foreach (Box box in moov.Children(bytes))
        {
            switch (box.Type)
            {
                case FourCc.Mvhd:
                    ReadHeader(box);
                    break;
                case FourCc.Trak when movie.Tracks.Count == MostTracks:
                    throw new MediaFormatException($"It has more than {MostTracks} tracks.");
                case FourCc.Trak:
                    var track = new Track();
                    movie.Tracks.Add(track);
                    new TrackReader(bytes, track).Read(box);
                    break;
                case FourCc.Mvex:
                    extends = box;
                    break;
                case FourCc.Cmov:
                    facts.Refuse("Its movie header is compressed (cmov), which few readers understand.");
                    break;
            }
        }

        // Last, because it may stand before the tracks it speaks of.
        if (extends is { } mvex)
        {
            facts.IsFragmented = true;
            ReadDefaults(mvex);
        }
    }

    private void ReadHeader(Box mvhd)
    {
        (uint unitsPerSecond, movie.StatedUnits) = TimeHeader.Read(bytes, mvhd);
        movie.Clock = new Timescale(unitsPerSecond);
    }

    private void ReadDefaults(Box mvex)
    {
        foreach (Box box in mvex.Children(bytes))
        {
            if (box.Type == FourCc.Trex && movie.TrackOf(box.UInt32(bytes, 4)) is { } track)
            {
                track.DefaultFrameUnits = box.UInt32(bytes, 12);
            }
        }
    }
}
