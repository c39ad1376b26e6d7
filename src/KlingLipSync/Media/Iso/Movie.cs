namespace KlingLipSync.Media.Iso;

/// <summary>What is known of the whole movie while the file is read.</summary>
internal sealed class Movie
{
    /// <summary>A movie header was met, whole or not.</summary>
    public bool IsPresent { get; set; }

    /// <summary>The clock of the movie header and of edit lists.</summary>
    public Timescale Clock { get; set; }

    /// <summary>The duration of <c>mvhd</c> in the movie's clock; <see langword="null"/> where it is 0 or all ones, which mean unknown.</summary>
    public ulong? StatedUnits { get; set; }

    public List<Track> Tracks { get; } = [];

    /// <summary>The first track with this id, or <see langword="null"/>.</summary>
    public Track? TrackOf(uint id)
    {
        foreach (Track track in Tracks)
        {
            if (track.Id == id)
            {
                return track;
            }
        }

        return null;
    }
}
