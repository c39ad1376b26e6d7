namespace KlingLipSync.Media.Iso;

/// <summary>Reads the picture size in pixels from an H.264 sequence parameter set (ITU-T H.264, 7.3.2.1.1), cropping included.</summary>
internal static class H264PictureSize
{
    public static (int Width, int Height)? Read(ReadOnlySpan<byte> set)
    {
        var bits = new BitReader(set);
        if ((bits.Bits(8) & 0x1F) != 7)
        {
            return null;
        }

        uint profile = bits.Bits(8);
        bits.Bits(16);
        bits.Number();
        uint chroma = 1;
        bool separatePlanes = false;
        if (profile is 100 or 110 or 122 or 244 or 44 or 83 or 86 or 118 or 128 or 138 or 139 or 134 or 135)
        {
            chroma = bits.Number();
            separatePlanes = chroma == 3 && bits.Bits(1) == 1;
            bits.Number();
            bits.Number();
            bits.Bits(1);
            if (bits.Bits(1) == 1)
            {
                SkipScalingLists(ref bits, chroma == 3 ? 12 : 8);
            }
        }

        bits.Number();
        switch (bits.Number())
        {
            case 0:
                bits.Number();
                break;
            case 1:
                bits.Bits(1);
                bits.Number();
                bits.Number();
                for (uint i = Math.Min(bits.Number(), 255); i > 0; i--)
                {
                    bits.Number();
                }

                break;
        }

        bits.Number();
        bits.Bits(1);
        long width = 16L * (bits.Number() + 1L);
        long height = 16L * (bits.Number() + 1L);
        uint framesOnly = bits.Bits(1);
        height *= 2 - framesOnly;
        bits.Bits(1 - (int)framesOnly);
        bits.Bits(1);
        if (bits.Bits(1) == 1)
        {
            bool colourPlanes = !separatePlanes && chroma is 1 or 2;
            long unitX = colourPlanes ? 2 : 1;
            long unitY = (!separatePlanes && chroma == 1 ? 2 : 1) * (2 - framesOnly);
            width -= unitX * ((long)bits.Number() + bits.Number());
            height -= unitY * ((long)bits.Number() + bits.Number());
        }

        return bits.IsBroken || chroma > 3 || width is < 1 or > 65_535 || height is < 1 or > 65_535 ? null : ((int)width, (int)height);
    }

    private static void SkipScalingLists(ref BitReader bits, int lists)
    {
        for (int list = 0; list < lists; list++)
        {
            if (bits.Bits(1) == 0)
            {
                continue;
            }

            int last = 8;
            int next = 8;
            for (int i = 0; i < (list < 6 ? 16 : 64); i++)
            {
                if (next != 0)
                {
                    next = (int)((last + bits.SignedNumber()) & 0xFF);
                }

                last = next == 0 ? last : next;
            }
        }
    }

    /// <summary>Bits of a parameter set, without its emulation prevention bytes. Past the end, or past a number that is none, it gives zeros and says so.</summary>
    private ref struct BitReader(ReadOnlySpan<byte> data)
    {
        private readonly ReadOnlySpan<byte> _data = data;
        private int _byte;
        private int _bit;

        public bool IsBroken { get; private set; }

        public uint Bits(int count)
        {
            uint value = 0;
            for (int i = 0; i < count; i++)
            {
                value = (value << 1) | Bit();
            }

            return value;
        }

        /// <summary>An Exp-Golomb number.</summary>
        public uint Number()
        {
            int zeros = 0;
            while (!IsBroken && zeros < 32 && Bit() == 0)
            {
                zeros++;
            }

            // No number is as long as that.
            IsBroken |= zeros >= 32;
            return IsBroken ? 0 : (uint)((1UL << zeros) - 1 + Bits(zeros));
        }

        public long SignedNumber()
        {
            uint number = Number();
            return (number & 1) == 1 ? (number + 1L) / 2 : -(number / 2L);
        }

        private uint Bit()
        {
            if (_bit == 0 && _byte >= 2 && _byte < _data.Length && _data[_byte] == 3 && _data[_byte - 1] == 0 && _data[_byte - 2] == 0)
            {
                _byte++;
            }

            if (_byte >= _data.Length)
            {
                IsBroken = true;
                return 0;
            }

            uint bit = (uint)(_data[_byte] >> (7 - _bit)) & 1;
            _bit = (_bit + 1) & 7;
            _byte += _bit == 0 ? 1 : 0;
            return bit;
        }
    }
}
