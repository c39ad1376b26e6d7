using System.Buffers.Binary;
using KlingLipSync.Media;

namespace KlingLipSync.Tests.Unit.Media;

/// <summary>Makes a broken file of an honest one; the same one from the same seed, on every machine.</summary>
internal sealed class MutantFactory
{
    private static readonly ulong[] Extremes =
    [
        0, 1, 2, 7, 8, 9, 15, 16, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF,
        0x100000000, 0x7FFFFFFFFFFFFFFF, 0x8000000000000000, 0xFFFFFFFFFFFFFFF8, ulong.MaxValue,
    ];

    private readonly byte[][] _parents = [.. Movies(), .. Sounds(), .. Others()];

    /// <summary>What the parents are.</summary>
    public IReadOnlySet<MediaContainer> Formats => _parents.Select(parent => Reading.Read(parent).Container).ToHashSet();

    public byte[] Make(int seed)
    {
        var random = new Random(seed);
        byte[] mutant = [.. _parents[random.Next(_parents.Length)]];
        for (int change = random.Next(1, 6); change > 0 && mutant.Length > 8; change--)
        {
            mutant = Change(mutant, random);
        }

        return mutant;
    }

    private byte[] Change(byte[] mutant, Random random)
    {
        // Headers are where it hurts: most changes fall near the start or the end.
        int reach = Math.Min(mutant.Length, 1500);
        int at = random.Next(4) switch
        {
            0 => random.Next(mutant.Length),
            1 => mutant.Length - 1 - random.Next(reach),
            _ => random.Next(reach),
        };
        Span<byte> here = mutant.AsSpan(at);
        ulong extreme = Extremes[random.Next(Extremes.Length)];
        switch (random.Next(10))
        {
            case 0:
                here[0] ^= (byte)(1 << random.Next(8));
                return mutant;
            case 1:
                here[0] = (byte)random.Next(256);
                return mutant;
            case 2 or 3 when here.Length >= 4:
                BinaryPrimitives.WriteUInt32BigEndian(here, (uint)extreme);
                return mutant;
            case 4 when here.Length >= 4:
                BinaryPrimitives.WriteUInt32LittleEndian(here, (uint)extreme);
                return mutant;
            case 5 when here.Length >= 8:
                BinaryPrimitives.WriteUInt64BigEndian(here, extreme);
                return mutant;
            case 6:
                return mutant[..at];
            case 7:
                return [.. mutant[..at], .. mutant[random.Next(at, mutant.Length)..]];
            case 8:
                byte[] echo = mutant[at..Math.Min(mutant.Length, at + random.Next(1, 64))];
                return [.. mutant[..at], .. Enumerable.Repeat(echo, random.Next(2, 40)).SelectMany(bytes => bytes), .. mutant[at..]];
            default:
                byte[] other = _parents[random.Next(_parents.Length)];
                int from = random.Next(other.Length);
                return [.. mutant[..at], .. other[from..Math.Min(other.Length, from + random.Next(400))], .. mutant[at..]];
        }
    }

    private static IEnumerable<byte[]> Movies()
    {
        yield return TestMedia.Mp4(5);
        Mp4Builder rich = TestMedia.Clip(5, 1920, 1080, "qt");
        (rich.IsWide, rich.IsLargeMdat, rich.HeaderFirst) = (true, true, false);
        rich.Tracks[0] = rich.Tracks[0] with { IsWide = true, Edits = [(500, -1), (4500, 6400)], PixelAspect = (4, 3), Matrix = (0, 0x10000, -0x10000, 0) };
        byte[] esds = ByteWriter.Box("esds", new ByteWriter().Big32(0).Bytes(3, 0x80, 0x80, 0x80, 25, 0, 1, 0, 4, 17, 0x40).Zeros(12).ToArray());
        rich.Tracks.Add(Mp4Track.Sound(5) with { DescriptionBoxes = ByteWriter.Box("wave", esds) });
        yield return rich.Build();
        byte[] parameters = Convert.FromHexString("6764001facd9405005bb016a02020280000003008000001e478c18cb");
        byte[] avcC = ByteWriter.Box("avcC", new ByteWriter().Bytes(1, 0x64, 0, 0x1F, 0xFF, 0xE1).Big16(parameters.Length).Bytes(parameters).ToArray());
        Mp4Builder coded = TestMedia.Clip(5);
        coded.Tracks[0] = coded.Tracks[0] with { Format = "encv", DescriptionBoxes = [.. avcC, .. ByteWriter.Box("sinf", ByteWriter.Box("frma", "avc1"u8.ToArray()))] };
        yield return coded.Build();
        var fragmented = new Mp4Builder { Brand = "iso5", Payload = [] };
        fragmented.Tracks.Add(Mp4Track.Video(0, 1280, 720) with { Frames = [] });
        fragmented.Fragments.Add((1, 0, [.. Enumerable.Repeat(512u, 40)]));
        fragmented.Fragments.Add((1, 40 * 512, [.. Enumerable.Repeat(512u, 40)]));
        yield return fragmented.Build();
        fragmented.Tracks.Add(Mp4Track.Sound(0) with { Frames = [] });
        (fragmented.FragmentDefault, fragmented.OwnFragmentDefault, fragmented.FragmentDelay) = (512, 1024, 1024);
        fragmented.Fragments.Add((2, null, new uint[10]));
        yield return fragmented.Build();
        yield return TestMedia.M4a();
        Mp4Builder old = TestMedia.Clip(5);
        (old.Brand, old.IsOpenMdat, old.HeaderFirst) = (null, true, true);
        old.MovieBoxes = ByteWriter.Box("cmov", ByteWriter.Box("dcom", "zlib"u8.ToArray()));
        yield return old.Build();
    }

    private static IEnumerable<byte[]> Sounds()
    {
        yield return TestMedia.Wav(0.1);
        byte[] ds64 = SoundBuilder.Chunk("ds64", new ByteWriter().Little64(4100).Little64(4000).Little64(2000).Little32(0).ToArray());
        yield return SoundBuilder.Wav(new byte[4000], dataSize: 0xFFFFFFFF, form: "RF64", chunksBefore: ds64);
        byte[] fact = SoundBuilder.Chunk("fact", new ByteWriter().Little32(64_000).ToArray());
        byte[] blocks = new ByteWriter().Little16(2).Little16(500).ToArray();
        yield return SoundBuilder.Wav(new byte[2000], tag: 2, bits: 4, byteRate: 3592, chunksBefore: fact, formatTail: blocks);
        byte[] tail = new ByteWriter().Little16(22).Little16(32).Little32(3).Little16(3).Zeros(14).ToArray();
        yield return SoundBuilder.Wav(new byte[4000], 0xFFFE, 2, 48_000, 32, formatTail: tail);
        yield return TestMedia.Mp3(0.3);
        yield return SoundBuilder.Join([SoundBuilder.Id3v2(100), SoundBuilder.XingFrame(10), .. Enumerable.Repeat(SoundBuilder.Mp3Frame(5), 10), SoundBuilder.Id3v1()]);
        yield return SoundBuilder.Join([SoundBuilder.VbriFrame(10), .. Enumerable.Repeat(SoundBuilder.Mp3Frame(5), 10)]);
        byte[] free = SoundBuilder.Mp3Frame(5);
        free[2] = 0;
        yield return SoundBuilder.Join(Enumerable.Repeat(free, 10));
        yield return TestMedia.Aac(0.3);
    }

    private static IEnumerable<byte[]> Others()
    {
        yield return [.. "OggS"u8, .. new byte[100]];
        yield return [.. "fLaC"u8, .. new byte[100]];
        yield return [.. "RIFF\u0010\0\0\0AVI LIST"u8, .. new byte[100]];
        yield return [0xFF, 0xFE, .. System.Text.Encoding.Unicode.GetBytes("<html>not found</html>")];
        yield return "<!doctype html><title>404</title>"u8.ToArray();
    }
}
