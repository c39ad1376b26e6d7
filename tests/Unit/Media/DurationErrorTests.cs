using KlingLipSync.Media;
using static KlingLipSync.Tests.Unit.Media.Reading;

namespace KlingLipSync.Tests.Unit.Media;

/// <summary>The error of every reading over files whose true length is known because they are made here. The largest errors stand in the test's output.</summary>
public class DurationErrorTests
{
    private static readonly (uint Rate, uint Scale)[] FrameRates =
        [(24_000, 1001), (24, 1), (25, 1), (30_000, 1001), (30, 1), (50, 1), (60_000, 1001), (60, 1), (15, 1), (12_800, 512), (90_000, 3003)];

    [Fact]
    public void Of_pictures_it_is_at_most_a_millisecond()
    {
        var errors = new Dictionary<string, DurationError> { ["format"] = new(), ["video"] = new(), ["counted"] = new() };
        foreach ((uint rate, uint scale) in FrameRates)
        {
            for (uint frames = 2 * rate / scale; frames <= 10 * rate / scale; frames += Math.Max(1, rate / scale / 3))
            {
                decimal truth = (decimal)frames * scale / rate;
                foreach (Mp4Builder builder in Shapes(rate, scale, frames))
                {
                    MediaFacts facts = Read(builder);
                    errors["format"].Add(facts.FormatDuration, truth, DurationError.OfVideo);
                    errors["video"].Add(facts.VideoDuration, truth, DurationError.OfVideo);
                    errors["counted"].Add(facts.CountedDuration, truth, DurationError.OfVideo);
                }
            }
        }

        Report(errors);
    }

    [Fact]
    public void Of_sound_it_is_at_most_a_frame_of_its_codec()
    {
        var errors = new Dictionary<string, DurationError> { ["PCM"] = new(), ["MP3, counted"] = new(), ["MP3, by its header or its bit rate"] = new(), ["AAC in ADTS"] = new(), ["AAC in M4A"] = new() };
        for (int i = 0; i < 40; i++)
        {
            int rate = (i % 4) switch { 0 => 8_000, 1 => 16_000, 2 => 44_100, _ => 48_000 };
            int samples = (2 * rate) + (i * 997);
            errors["PCM"].Add(Read(SoundBuilder.Wav(new byte[2 * samples], rate: (uint)rate)).AudioDuration, (decimal)samples / rate, 1m / rate);

            int frames = 80 + (i * 7);
            decimal mp3 = frames * 1152m / 44_100;
            byte[][] sound = [.. Enumerable.Range(0, frames).Select(n => SoundBuilder.Mp3Frame(i % 2 == 0 ? 9 : 5 + (n % 5)))];
            byte[] header = i % 4 == 1 ? SoundBuilder.VbriFrame((uint)frames) : SoundBuilder.XingFrame((uint)frames, i % 4 == 3 ? "Xing" : "Info");
            byte[] file = SoundBuilder.Join([SoundBuilder.Id3v2(i * 11), .. i % 4 == 0 ? [] : (byte[][])[header], .. sound, .. i % 3 == 0 ? (byte[][])[SoundBuilder.Id3v1()] : []]);
            errors["MP3, counted"].Add(Read(file).AudioDuration, mp3, 1152m / 44_100);
            errors["MP3, by its header or its bit rate"].Add(Read(file).FormatDuration, mp3, 1152m / 44_100);

            byte[] adts = SoundBuilder.Join(Enumerable.Range(0, frames).Select(n => SoundBuilder.AdtsFrame(100 + (n % 200))));
            errors["AAC in ADTS"].Add(Read(adts).AudioDuration, frames * 1024m / 44_100, 1024m / 44_100);

            var m4a = new Mp4Builder { Brand = "M4A", Stated = (ulong)Math.Ceiling(samples * 1000m / rate) };
            m4a.Tracks.Add(Mp4Track.Sound(1, id: 1) with { Clock = (uint)rate, Stated = (ulong)samples, Frames = [((uint)samples / 1024, 1024), (1, (uint)samples % 1024)] });
            errors["AAC in M4A"].Add(Read(m4a).AudioDuration, (decimal)samples / rate, 1024m / rate);
            errors["AAC in M4A"].Add(Read(m4a).FormatDuration, (decimal)samples / rate, 1024m / rate);
        }

        Report(errors);
    }

    /// <summary>The same pictures as encoders may wrap them.</summary>
    private static IEnumerable<Mp4Builder> Shapes(uint rate, uint scale, uint frames)
    {
        ulong units = (ulong)frames * scale;
        Mp4Track track = Mp4Track.Video(0, 1280, 720) with { Clock = rate, Stated = units, Frames = [(frames, scale)] };
        ulong stated = ((units * 1000) + rate - 1) / rate;

        var plain = new Mp4Builder { Stated = stated };
        plain.Tracks.Add(track);
        yield return plain;

        var wide = new Mp4Builder { Stated = stated, IsWide = true, IsLargeMdat = true, HeaderFirst = false, Brand = "qt" };
        wide.Tracks.Add(track with { IsWide = true, Frames = [.. Enumerable.Repeat((1u, scale), (int)frames)] });
        yield return wide;

        // As FFmpeg writes it: the edit in the movie's clock, rounded up.
        var edited = new Mp4Builder { Stated = stated };
        edited.Tracks.Add(track with { Edits = [(stated, 0)] });
        yield return edited;

        var fragmented = new Mp4Builder { Brand = "iso5", Payload = [] };
        fragmented.Tracks.Add(track with { Stated = 0, Frames = [] });
        uint first = frames / 2;
        fragmented.Fragments.Add((1, 0, [.. Enumerable.Repeat(scale, (int)first)]));
        fragmented.Fragments.Add((1, (ulong)first * scale, [.. Enumerable.Repeat(scale, (int)(frames - first))]));
        yield return fragmented;
    }

    private static void Report(Dictionary<string, DurationError> errors)
    {
        foreach ((string what, DurationError error) in errors)
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"{what}: {error}");
        }
    }
}
