namespace KlingLipSync.Media.Iso;

/// <summary>Reads MP4, MOV and M4A: the top boxes by their headers, <c>moov</c> and every <c>moof</c> in depth, <c>mdat</c> never.</summary>
internal sealed class IsoReader(ByteWindow bytes, FactsDraft facts)
{
    private const int MostTopBoxes = 20_000;

    private readonly Movie _movie = new();
    private FragmentReader? _fragments;
    private uint? _brand;
    private bool _hasMedia;

    public void Read()
    {
        try
        {
            ReadTopBoxes();
        }
        finally
        {
            // What was read before a defect is still worth showing.
            NameContainer();
            new MovieSummary(_movie, facts, bytes.Length).Write();
        }

        if (!_movie.IsPresent)
        {
            SayWhatIsMissing();
        }
        else if (!_hasMedia)
        {
            facts.Truncated("It holds no media data (mdat): only headers are here.");
        }
    }

    private void ReadTopBoxes()
    {
        long offset = 0;
        for (int i = 0; bytes.Length - offset >= 8; i++)
        {
            if (i == MostTopBoxes)
            {
                throw new MediaFormatException($"It has more than {MostTopBoxes} top boxes.");
            }

            // Outside the guard: bytes that cannot be had are no trailing junk.
            bytes.UpTo(offset, 16);
            Box box;
            try
            {
                box = Box.Read(bytes, offset, bytes.Length);
            }
            catch (MediaFormatException) when (_movie.IsPresent && _hasMedia)
            {
                facts.Note($"{Wording.Bytes(bytes.Length - offset)} of other data follow its last box.");
                return;
            }

            if (box.Type == 0 && _movie.IsPresent && _hasMedia)
            {
                facts.Note($"{Wording.Bytes(bytes.Length - offset)} of padding follow its last box.");
                return;
            }

            if (box.End > bytes.Length)
            {
                facts.Truncated($"It is cut off: its box '{box.Name}' goes on for {Wording.Bytes(box.End - bytes.Length)} beyond the end of the file.");
                box = box with { End = bytes.Length };
            }

            Enter(box);
            offset = box.End;
        }
    }

    private void Enter(Box box)
    {
        switch (box.Type)
        {
            case FourCc.Ftyp when _brand is null:
                _brand = box.UInt32(bytes, 0);
                break;
            case FourCc.Moov when !_movie.IsPresent:
                new MovieReader(bytes, _movie, facts).Read(box);
                break;
            case FourCc.Moov:
                facts.Warn("It has a second movie header (moov), which is ignored here and may not be elsewhere.");
                break;
            case FourCc.Moof:
                facts.IsFragmented = true;
                (_fragments ??= new FragmentReader(bytes, _movie)).Read(box);
                break;
            case FourCc.Mdat:
                _hasMedia |= box.Size > 0;
                break;
        }
    }

    private void NameContainer()
    {
        facts.Brand = _brand is { } brand ? Wording.FourCharacters(brand).Trim() : null;
        facts.Container = _brand switch
        {
            null when _fragments is null => MediaContainer.Mov,
            FourCc.QuickTime => MediaContainer.Mov,
            FourCc.M4a or FourCc.M4b or FourCc.M4p => MediaContainer.M4a,
            FourCc.Avif or FourCc.Avis or FourCc.Heic or FourCc.Heix or FourCc.Mif1 or FourCc.Msf1 when !_movie.IsPresent => MediaContainer.Heif,
            _ => MediaContainer.Mp4,
        };
    }

    private void SayWhatIsMissing()
    {
        if (facts.Container == MediaContainer.Heif)
        {
            return;
        }

        if (_fragments is not null)
        {
            facts.Refuse("It is a segment of a stream without the movie header (moov) that goes with it.");
        }
        else
        {
            facts.Truncated("It has no movie header (moov): it was cut off, or its recording never ended.");
        }
    }
}
