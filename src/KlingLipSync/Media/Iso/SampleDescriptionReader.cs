namespace KlingLipSync.Media.Iso;

/// <summary>Reads <c>stsd</c>: the first sample description's codec, picture size, pixel aspect and encryption.</summary>
internal sealed class SampleDescriptionReader(ByteWindow bytes, Track track)
{
    // An H.264 parameter set takes a few dozen bytes; no honest one comes near this.
    private const int MostParameterBytes = 1024;

    public void Read(Box stsd)
    {
        if (!(track.IsVideo || track.IsSound) || stsd.UInt32(bytes, 4) == 0)
        {
            return;
        }

        BoxChildren entries = stsd.Children(bytes, skip: 8);
        if (!entries.MoveNext())
        {
            return;
        }

        Box entry = entries.Current;
        track.Codec = CodecNames.Of(entry.Type);
        track.IsEncrypted = entry.Type is FourCc.Encv or FourCc.Enca or FourCc.Drms or FourCc.Drmi;
        if (track.IsVideo)
        {
            ReadPictures(entry);
        }
        else
        {
            ReadSound(entry);
        }
    }

    private void ReadPictures(Box entry)
    {
        int width = entry.UInt16(bytes, 24);
        int height = entry.UInt16(bytes, 26);
        (track.Width, track.Height) = (width, height);
        foreach (Box box in entry.Children(bytes, skip: 78))
        {
            switch (box.Type)
            {
                case FourCc.AvcC:
                    ReadH264(box);
                    break;
                case FourCc.Pasp:
                    track.PixelAspect = (box.UInt32(bytes, 0), box.UInt32(bytes, 4));
                    break;
                case FourCc.Esds:
                    track.Codec = ObjectType(box) ?? track.Codec;
                    break;
                case FourCc.Sinf:
                    ReadOriginalFormat(box);
                    break;
            }
        }
    }

    private void ReadSound(Box entry)
    {
        // QuickTime's own versions 1 and 2 have longer descriptions.
        int children = entry.UInt16(bytes, 8) switch
        {
            1 => 44,
            2 => 64,
            _ => 28,
        };
        foreach (Box box in entry.Children(bytes, children))
        {
            switch (box.Type)
            {
                case FourCc.Esds:
                    track.Codec = ObjectType(box) ?? track.Codec;
                    break;
                case FourCc.Wave:
                    if (box.Children(bytes).First(FourCc.Esds) is { } esds)
                    {
                        track.Codec = ObjectType(esds) ?? track.Codec;
                    }

                    break;
                case FourCc.Sinf:
                    ReadOriginalFormat(box);
                    break;
            }
        }
    }

    private void ReadH264(Box avcC)
    {
        int sets = avcC.Byte(bytes, 5) & 0x1F;
        if (sets == 0)
        {
            return;
        }

        int length = Math.Min((int)avcC.UInt16(bytes, 6), MostParameterBytes);
        if (H264PictureSize.Read(avcC.Bytes(bytes, 8, length)) is { } size && size != (track.Width, track.Height))
        {
            track.ContradictedSize = (track.Width ?? 0, track.Height ?? 0);
            (track.Width, track.Height) = size;
        }
    }

    private void ReadOriginalFormat(Box sinf)
    {
        if (sinf.Children(bytes).First(FourCc.Frma) is { } frma)
        {
            track.Codec = CodecNames.Of(frma.UInt32(bytes, 0));
        }
    }

    // The object type stands behind an ES descriptor (tag 3) and a decoder descriptor (tag 4), whose lengths take 1 to 4 bytes each.
    private string? ObjectType(Box esds)
    {
        long at = 4;
        if (!Descriptor(esds, 3, ref at))
        {
            return null;
        }

        byte flags = esds.Byte(bytes, at + 2);
        at += 3;
        at += (flags & 0x80) != 0 ? 2 : 0;
        at += (flags & 0x40) != 0 ? 1 + esds.Byte(bytes, at) : 0;
        at += (flags & 0x20) != 0 ? 2 : 0;
        return Descriptor(esds, 4, ref at) ? CodecNames.OfObjectType(esds.Byte(bytes, at)) : null;
    }

    private bool Descriptor(Box esds, byte tag, ref long at)
    {
        if (esds.Byte(bytes, at++) != tag)
        {
            return false;
        }

        for (int i = 0; i < 4 && (esds.Byte(bytes, at++) & 0x80) != 0; i++)
        {
        }

        return true;
    }
}
