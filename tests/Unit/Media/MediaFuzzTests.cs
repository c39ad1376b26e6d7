using System.Buffers.Binary;
using System.Diagnostics;
using KlingLipSync.Media;

namespace KlingLipSync.Tests.Unit.Media;

/// <summary>
/// Mutants of honest files: whatever the bytes, facts come back, quickly. Set <c>KLINGLIPSYNC_FUZZ</c> to a number of mutants for a longer run;
/// a failure names the seed that makes it.
/// </summary>
public class MediaFuzzTests
{
    private const int Mutants = 100_000;

    private static readonly uint[] Extremes = [0, 1, 2, 7, 8, 9, 15, 16, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF];

    [Fact]
    public void No_mutant_makes_the_reader_throw_hang_or_eat_memory()
    {
        byte[][] parents = [.. Parents()];
        int mutants = int.TryParse(Environment.GetEnvironmentVariable("KLINGLIPSYNC_FUZZ"), out int wanted) ? wanted : Mutants;
        Parallel.For(0, mutants, new ParallelOptions { MaxDegreeOfParallelism = 2 }, seed =>
        {
            var random = new Random(seed);
            byte[] mutant = Mutate(parents[random.Next(parents.Length)], parents, random);
            try
            {
                Judge(mutant);
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"Seed {seed} makes the reader fail.", failure);
            }
        });
    }

    private static void Judge(byte[] mutant)
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long started = Stopwatch.GetTimestamp();
        MediaFacts facts = MediaReader.Read(new MemoryStream(mutant));
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(2), "It took too long.");
        Assert.True(allocated < 4 * 1024 * 1024, $"It took {allocated} bytes.");

        foreach (TimeSpan? duration in (TimeSpan?[])[facts.FormatDuration, facts.VideoDuration, facts.AudioDuration, facts.CountedDuration])
        {
            Assert.True(duration is null || duration >= TimeSpan.Zero);
        }

        Assert.InRange(facts.Rotation, 0, 359);
        Assert.All(facts.Problems, problem => Assert.DoesNotContain(problem.Text, char.IsControl));
        foreach (MediaFinding finding in LipSyncRules.CheckVideo(facts, "a.mp4").Concat(LipSyncRules.CheckAudio(facts, "a.wav")))
        {
            Assert.NotEmpty(finding.Message);
        }

        Assert.True(LipSyncPrice.Quote(facts).MicroUsd >= 70_000);
    }

    private static byte[] Mutate(byte[] parent, byte[][] parents, Random random)
    {
        byte[] mutant = [.. parent];
        for (int change = random.Next(1, 6); change > 0 && mutant.Length > 8; change--)
        {
            // Headers are where it hurts: most changes fall near the start or the end.
            int reach = Math.Min(mutant.Length, 1500);
            int at = random.Next(4) switch
            {
                0 => random.Next(mutant.Length),
                1 => mutant.Length - 1 - random.Next(reach),
                _ => random.Next(reach),
            };
            switch (random.Next(8))
            {
                case 0:
                    mutant[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    mutant[at] = (byte)random.Next(256);
                    break;
                case 2 or 3 when at + 4 <= mutant.Length:
                    BinaryPrimitives.WriteUInt32BigEndian(mutant.AsSpan(at), Extremes[random.Next(Extremes.Length)]);
                    break;
                case 4 when at + 4 <= mutant.Length:
                    BinaryPrimitives.WriteUInt32LittleEndian(mutant.AsSpan(at), Extremes[random.Next(Extremes.Length)]);
                    break;
                case 5:
                    mutant = mutant[..at];
                    break;
                case 6:
                    mutant = [.. mutant[..at], .. mutant[random.Next(at, mutant.Length)..]];
                    break;
                default:
                    byte[] other = parents[random.Next(parents.Length)];
                    int from = random.Next(other.Length);
                    byte[] piece = other[from..Math.Min(other.Length, from + random.Next(400))];
                    mutant = [.. mutant[..at], .. piece, .. mutant[at..]];
                    break;
            }
        }

        return mutant;
    }

    private static IEnumerable<byte[]> Parents()
    {
        yield return TestMedia.Mp4(5);
        Mp4Builder rich = TestMedia.Clip(5, 1920, 1080, "qt");
        (rich.IsWide, rich.IsLargeMdat, rich.HeaderFirst) = (true, true, false);
        rich.Tracks[0] = rich.Tracks[0] with { IsWide = true, Edits = [(500, -1), (4500, 6400)], PixelAspect = (4, 3), Matrix = (0, 0x10000, -0x10000, 0) };
        byte[] esds = ByteWriter.Box("esds", new ByteWriter().Big32(0).Bytes(3, 0x80, 0x80, 0x80, 25, 0, 1, 0, 4, 17, 0x40).Zeros(12).ToArray());
        rich.Tracks.Add(Mp4Track.Sound(5) with { DescriptionBoxes = ByteWriter.Box("wave", esds) });
        yield return rich.Build();
        byte[] parameters = Convert.FromHexString("6764001facd9405005bb016a02020280000003008000001e478c18cb");
        byte[] avcC = new ByteWriter().Bytes(1, 0x64, 0, 0x1F, 0xFF, 0xE1).Big16(parameters.Length).Bytes(parameters).ToArray();
        Mp4Builder coded = TestMedia.Clip(5);
        coded.Tracks[0] = coded.Tracks[0] with { Format = "encv", DescriptionBoxes = [.. ByteWriter.Box("avcC", avcC), .. ByteWriter.Box("sinf", ByteWriter.Box("frma", "avc1"u8.ToArray()))] };
        yield return coded.Build();
        var fragmented = new Mp4Builder { Brand = "iso5", Payload = [] };
        fragmented.Tracks.Add(Mp4Track.Video(0, 1280, 720) with { Frames = [] });
        fragmented.Fragments.Add((1, 0, [.. Enumerable.Repeat(512u, 40)]));
        fragmented.Fragments.Add((1, 40 * 512, [.. Enumerable.Repeat(512u, 40)]));
        yield return fragmented.Build();
        yield return TestMedia.M4a();
        yield return TestMedia.Wav(0.1);
        byte[] ds64 = SoundBuilder.Chunk("ds64", new ByteWriter().Little64(4100).Little64(4000).Little64(2000).Little32(0).ToArray());
        yield return SoundBuilder.Wav(new byte[4000], dataSize: 0xFFFFFFFF, form: "RF64", chunksBefore: ds64);
        byte[] fact = SoundBuilder.Chunk("fact", new ByteWriter().Little32(64_000).ToArray());
        yield return SoundBuilder.Wav(new byte[2000], tag: 2, bits: 4, byteRate: 3592, chunksBefore: fact);
        yield return TestMedia.Mp3(0.3);
        yield return SoundBuilder.Join([SoundBuilder.Id3v2(100), SoundBuilder.XingFrame(10), .. Enumerable.Repeat(SoundBuilder.Mp3Frame(5), 10), SoundBuilder.Id3v1()]);
        yield return SoundBuilder.Join([SoundBuilder.VbriFrame(10), .. Enumerable.Repeat(SoundBuilder.Mp3Frame(5), 10)]);
        yield return TestMedia.Aac(0.3);
    }
}
