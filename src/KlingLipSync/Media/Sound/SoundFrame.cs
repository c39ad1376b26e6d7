namespace KlingLipSync.Media.Sound;

/// <summary>One frame header of MPEG audio (ISO/IEC 11172-3, 13818-3 and the 2.5 extension) or of ADTS (ISO/IEC 13818-7, 14496-3).</summary>
/// <param name="IsAdts">AAC in ADTS; else MPEG audio.</param>
/// <param name="Version">MPEG audio: 1, 2, or 25 for 2.5. ADTS: the profile.</param>
/// <param name="Layer">MPEG audio: 1 to 3; ADTS: 0.</param>
/// <param name="SampleRate">Samples a second.</param>
/// <param name="IsMono">One channel.</param>
/// <param name="BitsPerSecond">The stated bit rate; 0 for ADTS.</param>
/// <param name="Length">The frame's bytes, header included.</param>
/// <param name="Samples">The samples it holds for each channel.</param>
internal readonly record struct SoundFrame(bool IsAdts, int Version, int Layer, int SampleRate, bool IsMono, int BitsPerSecond, int Length, int Samples)
{
    /// <summary>The bytes a header takes to be read.</summary>
    public const int HeaderBytes = 7;

    private static readonly int[] AdtsRates = [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350];
    private static readonly int[] MpegRates = [44100, 48000, 32000];

    // Kilobits a second by bit rate index 1 to 14: layers 1, 2, 3 of version 1, then layer 1 and layers 2 and 3 of version 2.
    private static readonly int[][] KiloBits =
    [
        [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
        [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
        [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
        [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
        [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    ];

    /// <summary>Reads a header, or gives <see langword="null"/> where there is none.</summary>
    public static SoundFrame? Read(ReadOnlySpan<byte> header)
    {
        if (header.Length < 4 || header[0] != 0xFF || (header[1] & 0xE0) != 0xE0)
        {
            return null;
        }

        return (header[1] & 0xF6) == 0xF0 ? Adts(header) : Mpeg(header);
    }

    /// <summary>Could both be of one stream? A stream keeps its kind and rate; the bit rate may vary.</summary>
    public bool GoesWith(SoundFrame other)
        => IsAdts == other.IsAdts && Version == other.Version && Layer == other.Layer && SampleRate == other.SampleRate;

    private static SoundFrame? Adts(ReadOnlySpan<byte> header)
    {
        int rate = (header[2] >> 2) & 0xF;
        if (header.Length < HeaderBytes || rate >= AdtsRates.Length)
        {
            return null;
        }

        int length = ((header[3] & 3) << 11) | (header[4] << 3) | (header[5] >> 5);
        int blocks = 1 + (header[6] & 3);
        bool isMono = (((header[2] & 1) << 2) | (header[3] >> 6)) == 1;
        return length < HeaderBytes ? null : new SoundFrame(true, header[2] >> 6, 0, AdtsRates[rate], isMono, 0, length, 1024 * blocks);
    }

    private static SoundFrame? Mpeg(ReadOnlySpan<byte> header)
    {
        int version = (header[1] >> 3) & 3;
        int layer = 4 - ((header[1] >> 1) & 3);
        int bitRate = header[2] >> 4;
        int rate = (header[2] >> 2) & 3;
        if (version == 1 || layer == 4 || bitRate is 0 or 15 || rate == 3)
        {
            return null;
        }

        bool isVersion1 = version == 3;
        int sampleRate = MpegRates[rate] >> (version switch { 3 => 0, 2 => 1, _ => 2 });
        int bitsPerSecond = 1000 * KiloBits[isVersion1 ? layer - 1 : layer == 1 ? 3 : 4][bitRate - 1];
        int padding = (header[2] >> 1) & 1;
        int samples = layer == 1 ? 384 : layer == 3 && !isVersion1 ? 576 : 1152;
        int length = layer == 1
            ? 4 * ((12 * bitsPerSecond / sampleRate) + padding)
            : (samples / 8 * bitsPerSecond / sampleRate) + padding;
        return new SoundFrame(false, version switch { 3 => 1, 2 => 2, _ => 25 }, layer, sampleRate, header[3] >> 6 == 3, bitsPerSecond, length, samples);
    }
}
