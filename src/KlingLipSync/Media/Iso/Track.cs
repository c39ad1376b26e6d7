namespace KlingLipSync.Media.Iso;

/// <summary>What is known of one track while the file is read.</summary>
internal sealed class Track
{
    public uint Id { get; set; }

    public uint Handler { get; set; }

    public bool IsVideo => Handler == FourCc.Vide;

    public bool IsSound => Handler == FourCc.Soun;

    /// <summary>The clock of the track's media.</summary>
    public Timescale Clock { get; set; }

    /// <summary>The duration of <c>mdhd</c> in the track's clock; <see langword="null"/> where it is 0 or all ones, which mean unknown.</summary>
    public ulong? StatedUnits { get; set; }

    public bool HasEdits { get; set; }

    /// <summary>The sum of all edits, empty ones included, in the movie's clock.</summary>
    public UInt128 EditUnits { get; set; }

    /// <summary>The sum of the edits that play media, in the movie's clock.</summary>
    public UInt128 PlayedUnits { get; set; }

    /// <summary>The frames of the sample table.</summary>
    public UInt128 Frames { get; set; }

    /// <summary>Their durations' sum in the track's clock.</summary>
    public UInt128 FrameUnits { get; set; }

    /// <summary>Where the last chunk of the sample table starts, as a file offset.</summary>
    public ulong LastChunk { get; set; }

    public string? Codec { get; set; }

    public bool IsEncrypted { get; set; }

    public int? Width { get; set; }

    public int? Height { get; set; }

    /// <summary>The picture size that the sample description states where the stream's own parameters contradict it.</summary>
    public (int Width, int Height)? ContradictedSize { get; set; }

    /// <summary>Width to height of one pixel; 0 where not stated.</summary>
    public (uint Horizontal, uint Vertical) PixelAspect { get; set; }

    /// <summary>The track header's size in pixels, after pixel aspect and before rotation; 0 where not stated.</summary>
    public (uint Width, uint Height) HeaderSize { get; set; }

    /// <summary>Clockwise degrees, 0 to 359.</summary>
    public int Rotation { get; set; }

    public bool IsMirrored { get; set; }

    /// <summary>The frame duration of fragments that state none, in the track's clock.</summary>
    public uint DefaultFrameUnits { get; set; }

    public bool HasFragments { get; set; }

    /// <summary>Where the next fragment starts if it does not say so, in the track's clock.</summary>
    public UInt128 FragmentEnd { get; set; }

    /// <summary>The latest end of any fragment, in the track's clock.</summary>
    public UInt128 LastFragmentEnd { get; set; }

    /// <summary>Where the first fragment starts, in the track's clock.</summary>
    public UInt128 FirstFragmentStart { get; set; }

    /// <summary>How much later than it is decoded the first fragmented frame is shown, in the track's clock.</summary>
    public uint FirstFrameDelay { get; set; }
}
