namespace KlingLipSync.Media.Iso;

/// <summary>The clock and duration as <c>mvhd</c> and <c>mdhd</c> both keep them, in 32 bits (version 0) or 64 (version 1).</summary>
internal static class TimeHeader
{
    public static (uint UnitsPerSecond, ulong? Units) Read(ByteWindow bytes, Box box)
    {
        if (box.Byte(bytes, 0) == 1)
        {
            ulong units = box.UInt64(bytes, 24);
            return (box.UInt32(bytes, 20), units is 0 or ulong.MaxValue ? null : units);
        }
        else
        {
            uint units = box.UInt32(bytes, 16);
            return (box.UInt32(bytes, 12), units is 0 or uint.MaxValue ? null : units);
        }
    }
}
