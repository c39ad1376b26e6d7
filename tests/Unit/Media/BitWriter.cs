namespace KlingLipSync.Tests.Unit.Media;

/// <summary>Writes bits and Exp-Golomb numbers, as H.264 parameter sets hold them.</summary>
internal sealed class BitWriter
{
    private readonly List<bool> _bits = [];

    public BitWriter Bits(uint value, int count)
    {
        for (int i = count - 1; i >= 0; i--)
        {
            _bits.Add((value >> i & 1) == 1);
        }

        return this;
    }

    public BitWriter Number(uint value)
    {
        int length = 32 - System.Numerics.BitOperations.LeadingZeroCount(value + 1);
        return Bits(0, length - 1).Bits(value + 1, length);
    }

    public BitWriter Signed(int value) => Number(value > 0 ? (uint)((2 * value) - 1) : (uint)(-2 * value));

    /// <summary>The bytes, closed with the stop bit and with the emulation prevention bytes the standard asks for.</summary>
    public byte[] ToArray()
    {
        List<bool> bits = [.. _bits, true];
        while (bits.Count % 8 != 0)
        {
            bits.Add(false);
        }

        List<byte> bytes = [];
        for (int i = 0; i < bits.Count; i += 8)
        {
            byte value = (byte)bits[i..(i + 8)].Aggregate(0, (sum, bit) => (sum << 1) | (bit ? 1 : 0));
            if (value <= 3 && bytes is [.., 0, 0])
            {
                bytes.Add(3);
            }

            bytes.Add(value);
        }

        return [.. bytes];
    }
}
