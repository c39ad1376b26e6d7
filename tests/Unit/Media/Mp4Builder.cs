namespace KlingLipSync.Tests.Unit.Media;

/// <summary>Writes MP4 and MOV files whose headers are whole; their pictures are noise.</summary>
public sealed class Mp4Builder
{
    public string? Brand { get; set; } = "isom";

    public uint Clock { get; set; } = 1000;

    /// <summary>The duration of mvhd in units of <see cref="Clock"/>.</summary>
    public ulong Stated { get; set; }

    public bool IsWide { get; set; }

    public List<Mp4Track> Tracks { get; } = [];

    /// <summary>moov before mdat, as for streaming.</summary>
    public bool HeaderFirst { get; set; } = true;

    public byte[] Payload { get; set; } = [1, 2, 3, 4];

    /// <summary>mdat states its size in 64 bits.</summary>
    public bool IsLargeMdat { get; set; }

    /// <summary>mdat states size 0: to the end of the file.</summary>
    public bool IsOpenMdat { get; set; }

    /// <summary>Further boxes in moov, and behind everything.</summary>
    public byte[] MovieBoxes { get; set; } = [];

    public byte[] Trailer { get; set; } = [];

    /// <summary>Fragments: for each the track, its start (or none), and its frames' durations.</summary>
    public List<(uint Track, ulong? Start, uint[] Units)> Fragments { get; } = [];

    /// <summary>The frame duration of trex; fragments then list none of their own.</summary>
    public uint? FragmentDefault { get; set; }

    /// <summary>The frame duration of each tfhd; its fragment then lists none of its own.</summary>
    public uint? OwnFragmentDefault { get; set; }

    /// <summary>How much later than decoded each fragmented frame is shown (B-frames).</summary>
    public uint? FragmentDelay { get; set; }

    /// <summary>Further boxes in mvex.</summary>
    public byte[] ExtendsBoxes { get; set; } = [];

    public byte[] Build()
    {
        byte[] ftyp = Brand is null ? [] : ByteWriter.Box("ftyp", new ByteWriter().Text(Brand.PadRight(4)).Big32(512).Text(Brand.PadRight(4)).ToArray());
        byte[] mdat = Mdat();
        long mdatStart = ftyp.Length + (HeaderFirst ? Moov(0).Length : 0) + (mdat.Length - Payload.Length);
        byte[] moov = Moov((uint)mdatStart);
        var file = new ByteWriter().Bytes(ftyp);
        file = HeaderFirst ? file.Bytes(moov).Bytes(mdat) : file.Bytes(mdat).Bytes(moov);
        foreach ((uint track, ulong? start, uint[] units) in Fragments)
        {
            file.Bytes(Moof(track, start, units)).Bytes(ByteWriter.Box("mdat", [9, 9, 9, 9]));
        }

        return file.Bytes(Trailer).ToArray();
    }

    private byte[] Mdat()
    {
        if (IsLargeMdat)
        {
            return new ByteWriter().Big32(1).Text("mdat").Big64((ulong)Payload.Length + 16).Bytes(Payload).ToArray();
        }

        return IsOpenMdat
            ? new ByteWriter().Big32(0).Text("mdat").Bytes(Payload).ToArray()
            : ByteWriter.Box("mdat", Payload);
    }

    private byte[] Moov(uint chunk)
    {
        var mvhd = TimeHeader(IsWide, Clock, Stated).Big32(0x10000).Big16(0x100).Zeros(10)
            .Big32(0x10000).Zeros(12).Big32(0x10000).Zeros(12).Big32(0x40000000).Zeros(24).Big32(99);
        byte[][] boxes =
        [
            ByteWriter.Box("mvhd", mvhd.ToArray()),
            .. Tracks.Select(track => Trak(track, chunk)),
            .. Fragments.Count > 0 || FragmentDefault is not null ? [Mvex()] : Array.Empty<byte[]>(),
            MovieBoxes,
        ];
        return ByteWriter.Box("moov", boxes);
    }

    private byte[] Mvex() => ByteWriter.Box("mvex", [.. Tracks.Select(track =>
        ByteWriter.Box("trex", new ByteWriter().Big32(0).Big32(track.Id).Big32(1).Big32(FragmentDefault ?? 0).Big32(0).Big32(0).ToArray())), ExtendsBoxes]);

    private static ByteWriter TimeHeader(bool isWide, uint clock, ulong stated)
        => isWide
            ? new ByteWriter().Big32(0x01000000).Zeros(16).Big32(clock).Big64(stated)
            : new ByteWriter().Big32(0).Zeros(8).Big32(clock).Big32((uint)stated);

    private byte[] Trak(Mp4Track track, uint chunk)
    {
        (int width, int height) = track.HeaderSize ?? (track.Width, track.Height);
        var tkhd = track.IsWide
            ? new ByteWriter().Big32(0x01000007).Zeros(16).Big32(track.Id).Zeros(4).Big64(Stated)
            : new ByteWriter().Big32(7).Zeros(8).Big32(track.Id).Zeros(4).Big32((uint)Stated);
        tkhd.Zeros(16)
            .Big32((uint)track.Matrix.A).Big32((uint)track.Matrix.B).Big32(0)
            .Big32((uint)track.Matrix.C).Big32((uint)track.Matrix.D).Big32(0)
            .Zeros(8).Big32(0x40000000)
            .Big32((uint)width << 16).Big32((uint)height << 16);
        byte[] mdhd = ByteWriter.Box("mdhd", TimeHeader(track.IsWide, track.Clock, track.Stated).Big32(0x55C40000).ToArray());
        byte[] hdlr = ByteWriter.Box("hdlr", new ByteWriter().Zeros(8).Text(track.Handler).Zeros(12).Text("made\0").ToArray());
        byte[] minf = ByteWriter.Box("minf", SampleTable(track, chunk));
        return ByteWriter.Box(
            "trak",
            ByteWriter.Box("tkhd", tkhd.ToArray()),
            track.Edits is { } edits ? ByteWriter.Box("edts", Elst(edits, track.IsWide)) : [],
            track.IsBackwards ? ByteWriter.Box("mdia", minf, hdlr, mdhd) : ByteWriter.Box("mdia", mdhd, hdlr, minf));
    }

    private static byte[] Elst(IReadOnlyList<(ulong Units, long MediaTime)> edits, bool isWide)
    {
        var elst = new ByteWriter().Big32(isWide ? 0x01000000u : 0).Big32((uint)edits.Count);
        foreach ((ulong units, long mediaTime) in edits)
        {
            elst = isWide ? elst.Big64(units).Big64((ulong)mediaTime) : elst.Big32((uint)units).Big32((uint)mediaTime);
            elst.Big32(0x10000);
        }

        return ByteWriter.Box("elst", elst.ToArray());
    }

    private byte[] SampleTable(Mp4Track track, uint chunk)
    {
        var stts = new ByteWriter().Big32(0).Big32((uint)track.Frames.Count);
        foreach ((uint frames, uint units) in track.Frames)
        {
            stts.Big32(frames).Big32(units);
        }

        bool hasChunk = Payload.Length > 0 && track.Frames.Count > 0;
        var stco = new ByteWriter().Big32(0).Big32(hasChunk ? 1u : 0);
        stco = hasChunk ? stco.Big32(chunk) : stco;
        return ByteWriter.Box(
            "stbl",
            ByteWriter.Box("stsd", new ByteWriter().Big32(0).Big32(1).ToArray(), Description(track)),
            ByteWriter.Box("stts", stts.ToArray()),
            ByteWriter.Box("stsc", new ByteWriter().Big32(0).Big32(1).Big32(1).Big32(1).Big32(1).ToArray()),
            ByteWriter.Box("stsz", new ByteWriter().Big32(0).Big32(4).Big32((uint)track.Frames.Sum(row => row.Frames)).ToArray()),
            ByteWriter.Box("stco", stco.ToArray()));
    }

    private static byte[] Description(Mp4Track track)
    {
        var entry = new ByteWriter().Zeros(6).Big16(1);
        if (track.Handler == "vide")
        {
            entry.Zeros(16).Big16(track.Width).Big16(track.Height).Big32(0x480000).Big32(0x480000).Zeros(4).Big16(1).Zeros(32).Big16(24).Big16(0xFFFF);
            if (track.PixelAspect is { } aspect)
            {
                entry.Bytes(ByteWriter.Box("pasp", new ByteWriter().Big32(aspect.Horizontal).Big32(aspect.Vertical).ToArray()));
            }
        }
        else if (track.Handler == "soun")
        {
            entry.Zeros(8).Big16(2).Big16(16).Zeros(4).Big32(track.Clock << 16);
        }

        return ByteWriter.Box(track.Format, entry.Bytes(track.DescriptionBoxes).ToArray());
    }

    private byte[] Moof(uint track, ulong? start, uint[] units)
    {
        bool isListed = FragmentDefault is null && OwnFragmentDefault is null;
        var trun = new ByteWriter().Big32((isListed ? 0x100u : 0) | (FragmentDelay is null ? 0 : 0x800u)).Big32((uint)units.Length);
        foreach (uint frame in units)
        {
            trun = isListed ? trun.Big32(frame) : trun;
            trun = FragmentDelay is { } delay ? trun.Big32(delay) : trun;
        }

        var tfhd = new ByteWriter().Big32(OwnFragmentDefault is null ? 0 : 0x8u).Big32(track);
        tfhd = OwnFragmentDefault is { } own ? tfhd.Big32(own) : tfhd;

        return ByteWriter.Box(
            "moof",
            ByteWriter.Box("mfhd", new ByteWriter().Zeros(8).ToArray()),
            ByteWriter.Box(
                "traf",
                ByteWriter.Box("tfhd", tfhd.ToArray()),
                start is { } at ? ByteWriter.Box("tfdt", new ByteWriter().Big32(0x01000000).Big64(at).ToArray()) : [],
                ByteWriter.Box("trun", trun.ToArray())));
    }
}
