using System.Buffers.Binary;

namespace KlingLipSync.Media.Sound;

/// <summary>Reads RIFF and RF64 WAVE: the format, and the length of the sound from its data.</summary>
internal sealed class WavReader(ByteWindow bytes, FactsDraft facts)
{
    private const int MostChunks = 1000;

    private const ushort Pcm = 0x0001;
    private const ushort Float = 0x0003;
    private const ushort ALaw = 0x0006;
    private const ushort MuLaw = 0x0007;
    private const ushort MicrosoftAdpcm = 0x0002;
    private const ushort ImaAdpcm = 0x0011;
    private const ushort Gsm = 0x0031;
    private const ushort Extensible = 0xFFFE;

    private static readonly TimeSpan Contradictory = TimeSpan.FromSeconds(0.5);

    // What writers into a pipe put where they could not know the size: SoX just under 2 GiB, FFmpeg and others all ones.
    private const uint LeastUnknownSize = 0x7FFFF000;

    private ushort _tag;
    private ushort _channels;
    private uint _rate;
    private uint _byteRate;
    private ushort _bits;
    private ushort _blockBytes;
    private ushort _blockSamples;
    private uint? _samples;
    private long? _wideDataSize;
    private bool _hasFormat;

    public void Read()
    {
        if (bytes.At(0, 4).SequenceEqual("RIFX"u8))
        {
            throw new MediaFormatException("It is big-endian WAVE (RIFX), which few readers understand.");
        }

        facts.AudioTracks = 1;
        long offset = 12;
        for (int i = 0; bytes.Length - offset >= 8; i++)
        {
            if (i == MostChunks)
            {
                throw new MediaFormatException($"It has more than {MostChunks} chunks.");
            }

            ReadOnlySpan<byte> header = bytes.At(offset, 8);
            uint type = BinaryPrimitives.ReadUInt32BigEndian(header);
            uint size = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
            long content = offset + 8;
            switch (type)
            {
                case 'f' << 24 | 'm' << 16 | 't' << 8 | ' ':
                    ReadFormat(content, size);
                    break;
                case 'f' << 24 | 'a' << 16 | 'c' << 8 | 't' when size >= 4:
                    _samples = BinaryPrimitives.ReadUInt32LittleEndian(bytes.At(content, 4));
                    break;
                case 'd' << 24 | 's' << 16 | '6' << 8 | '4' when size >= 16:
                    ulong wide = BinaryPrimitives.ReadUInt64LittleEndian(bytes.At(content + 8, 8));
                    _wideDataSize = (long)Math.Min(wide, long.MaxValue);
                    break;
                case 'd' << 24 | 'a' << 16 | 't' << 8 | 'a':
                    ReadData(content, size);
                    return;
            }

            // Chunks start at even offsets.
            offset = content + size + (size & 1);
        }

        facts.Truncated("It is cut off: it has no sound data.");
    }

    private void ReadFormat(long content, uint size)
    {
        if (size < 16)
        {
            throw new MediaFormatException("Its format chunk is too short.");
        }

        ReadOnlySpan<byte> format = bytes.At(content, (int)Math.Min(size, 40));
        _tag = BinaryPrimitives.ReadUInt16LittleEndian(format);
        _channels = BinaryPrimitives.ReadUInt16LittleEndian(format[2..]);
        _rate = BinaryPrimitives.ReadUInt32LittleEndian(format[4..]);
        _byteRate = BinaryPrimitives.ReadUInt32LittleEndian(format[8..]);
        _bits = BinaryPrimitives.ReadUInt16LittleEndian(format[14..]);
        _blockBytes = BinaryPrimitives.ReadUInt16LittleEndian(format[12..]);
        _blockSamples = format.Length >= 20 ? BinaryPrimitives.ReadUInt16LittleEndian(format[18..]) : (ushort)0;
        if (_tag == Extensible && format.Length >= 26)
        {
            // The real tag opens the sub-format's GUID.
            _tag = BinaryPrimitives.ReadUInt16LittleEndian(format[24..]);
        }

        _hasFormat = true;
        facts.AudioCodec = Codec();
    }

    private void ReadData(long content, uint size)
    {
        if (!_hasFormat || _channels == 0 || _rate == 0)
        {
            throw new MediaFormatException("It does not say how its sound is coded (no usable format chunk).");
        }

        long present = bytes.Length - content;
        long stated = size == uint.MaxValue && _wideDataSize is { } wide ? wide : size;
        bool isPiped = stated > present && stated == size && size >= LeastUnknownSize;
        if (isPiped || (stated == 0 && present > 0))
        {
            facts.Note("It was written into a pipe and does not state its length; its sound is taken to go on to the end of the file.");
            stated = present;
        }

        long whole = Math.Min(stated, present);
        int frame = FrameBytes();
        if (frame > 0)
        {
            facts.CountedDuration = new Timescale(_rate).ToTimeSpan((UInt128)(whole / frame));
            uint trueRate = (uint)Math.Min((ulong)frame * _rate, uint.MaxValue);
            if (_byteRate != trueRate)
            {
                facts.Warn($"It states {Wording.Bytes(_byteRate)} a second, and its format makes {Wording.Bytes(trueRate)}.");
            }

            facts.FormatDuration = new Timescale(_byteRate).ToTimeSpan((UInt128)stated);
        }
        else
        {
            WriteCompressed(whole);
        }

        facts.AudioDuration = facts.CountedDuration;
        if (stated > present)
        {
            facts.Truncated($"It is cut off: its sound goes on for {Wording.Bytes(stated - present)} beyond the end of the file.");
        }
        else if (facts.CountedDuration is null || facts.CountedDuration == TimeSpan.Zero)
        {
            facts.Refuse("It holds no sound.");
        }
    }

    // The fact chunk states the samples, and only the blocks know better: the byte rate of compressed sound is an estimate.
    private void WriteCompressed(long whole)
    {
        TimeSpan? stated = _samples is > 0 and < uint.MaxValue and var samples ? new Timescale(_rate).ToTimeSpan(samples) : null;
        TimeSpan? inBlocks = _tag is MicrosoftAdpcm or ImaAdpcm or Gsm && _blockBytes > 0 && _blockSamples > 0
            ? new Timescale(_rate).ToTimeSpan((UInt128)(whole / _blockBytes) * _blockSamples)
            : null;
        facts.FormatDuration = stated ?? inBlocks ?? new Timescale(_byteRate).ToTimeSpan((UInt128)whole);
        facts.CountedDuration = facts.FormatDuration;
        if (stated is { } claim && inBlocks is { } there && (claim - there).Duration() > Contradictory)
        {
            facts.CountedDuration = there;
            facts.Warn($"Its fact chunk states {Wording.Seconds(claim)} of sound, and its data make {Wording.Seconds(there)}.");
        }
    }

    // Of uncompressed sound alone: samples of so many whole bytes for each channel.
    private int FrameBytes() => _tag is Pcm or Float or ALaw or MuLaw ? _channels * ((_bits + 7) / 8) : 0;

    private string Codec() => _tag switch
    {
        Pcm when _bits <= 8 => "pcm_u8",
        Pcm => $"pcm_s{(_bits + 7) / 8 * 8}le",
        Float => $"pcm_f{_bits}le",
        ALaw => "pcm_alaw",
        MuLaw => "pcm_mulaw",
        MicrosoftAdpcm => "adpcm_ms",
        ImaAdpcm => "adpcm_ima_wav",
        Gsm => "gsm_ms",
        0x0050 => "mp2",
        0x0055 => "mp3",
        0x00FF or 0x1600 or 0x706D => "aac",
        _ => $"wav_0x{_tag:x4}",
    };
}
