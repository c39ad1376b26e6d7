using System.Buffers.Binary;

namespace KlingLipSync.Tests.Unit.Media;

/// <summary>One file for each kind of remedy.</summary>
internal static class RemedyCases
{
    private static readonly string[] H264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"];

    public static IReadOnlyList<RemedyCase> All { get; } = [.. Clips(), .. Sounds(), .. Pairs()];

    private static string[] Picture(string size, double seconds) => ["-f", "lavfi", "-i", FormattableString.Invariant($"color=teal:s={size}:r=5:d={seconds}")];

    private static string[] Tone(double seconds, int rate = 44_100) => ["-f", "lavfi", "-i", FormattableString.Invariant($"sine=440:r={rate}:d={seconds}")];

    private static IEnumerable<RemedyCase> Clips()
    {
        string[] fit = Picture("1280x720", 2.4);
        yield return new("Extension", "a clip.mov", [.. fit, .. H264, "-f", "mp4"]);
        yield return new("Extension", "it's a movie.mp4", [.. fit, .. Tone(2.4), .. H264, "-c:a", "pcm_s16le", "-f", "mov"]);
        yield return new("Extension", "[no] extension", [.. fit, .. H264, "-f", "mp4"]);
        yield return new("Container", "\u65E5\u672C\u8A9E \u00FC.mp4", [.. fit, "-c:v", "libvpx", "-deadline", "realtime", "-f", "webm"]);
        yield return new("Container", "$HOME & co;.avi", [.. fit, "-c:v", "mpeg4", "-f", "avi"]);
        yield return new("Container", "-y.ts", [.. fit, .. H264, "-f", "mpegts"]);
        yield return new("Container", "(1) {x}.mkv", [.. fit, .. H264, "-f", "matroska"]);
        yield return new("Codec", "`tick`.mp4", [.. fit, "-c:v", "mpeg4", "-f", "mp4"]);
        yield return new("Codec", "\u2018typographic\u2019.mov", [.. fit, "-c:v", "prores", "-f", "mov"]);
        yield return new("Codec", "100%.mp4", [.. fit, "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none", "-pix_fmt", "yuv420p", "-f", "mp4"]);
        yield return new("Duration", "too long's.mp4", [.. Picture("1280x720", 11), .. H264, "-f", "mp4"]);
        yield return new("Duration", "#short.mp4", [.. Picture("1280x720", 1.2), .. Tone(1.2), .. H264, "-c:a", "aac", "-f", "mp4"]);
        yield return new("Duration", "sound beyond.mp4", [.. Picture("1280x720", 9), .. Tone(12), .. H264, "-c:a", "aac", "-f", "mp4"]);
        yield return new("PictureSize", "@small.mp4", [.. Picture("640x360", 2.4), .. H264, "-f", "mp4"]);
        yield return new("PictureSize", "flat [1000x300].mp4", [.. Picture("1000x300", 2.4), .. H264, "-f", "mp4"]);
        yield return new("PictureSize", "tall.mp4", [.. Picture("202x1000", 2.4), .. H264, "-f", "mp4"]);
        yield return new("PictureSize", "4K's.mp4", [.. Picture("3840x2160", 2.4), .. H264, "-f", "mp4"]);
        yield return new("PictureSize", "turned.mp4", [.. Picture("640x360", 2.4), .. H264, "-f", "mp4"]) { Damage = file => Turn(file, 0, 0x10000, -0x10000, 0) };
        yield return new("Resolution", "stretched.mp4", [.. Picture("1024x768", 2.4), "-vf", "setsar=4/3", .. H264, "-f", "mp4"]);
        yield return new("FileSize", "a,b=c.mp4", [.. fit, .. H264, "-f", "mp4"]) { Facts = facts => facts with { Length = 105_000_000 } };
        yield return new("BilledStep", "just past.mp4", [.. Picture("1280x720", 5.2), .. H264, "-f", "mp4"]);
        yield return new("BilledStep", "loud's.mp4", [.. Picture("1280x720", 4.8), .. Tone(5.4), .. H264, "-c:a", "aac", "-f", "mp4"]);
        yield return new("Integrity", "two $tracks.mp4", [.. fit, .. Picture("640x360", 2.4), .. Tone(2.4), "-map", "0:v", "-map", "1:v", "-map", "2:a", .. H264, "-c:a", "aac", "-f", "mp4"]);
        yield return new("Integrity", "no duration.mp4", [.. fit, .. H264, "-f", "mp4"]) { Damage = ForgetDuration };
        yield return new("Integrity", "45 degrees.mp4", [.. fit, .. H264, "-f", "mp4"]) { Damage = file => Turn(file, 46341, 46341, -46341, 46341) };
        yield return new("PictureSize", "all \"faults\" at once's.avi", [.. Picture("640x360", 11), .. Tone(11), "-c:v", "mpeg4", "-c:a", "pcm_s16le", "-f", "mov"]);
    }

    private static IEnumerable<RemedyCase> Sounds()
    {
        yield return new("Extension", "a sound's.wav", [.. Tone(3), "-c:a", "libmp3lame", "-f", "mp3"]) { IsSound = true };
        yield return new("Container", "-v.ogg", [.. Tone(3), "-c:a", "libopus", "-f", "ogg"]) { IsSound = true };
        yield return new("Container", "$x [flac].mp3", [.. Tone(3), "-c:a", "flac", "-f", "flac"]) { IsSound = true };
        yield return new("Container", "clip's.m4a", [.. Picture("128x128", 3), .. Tone(3), .. H264, "-c:a", "aac", "-f", "mp4"]) { IsSound = true };
        yield return new("Duration", "too long.mp3", [.. Tone(61, 16_000), "-c:a", "libmp3lame", "-f", "mp3"]) { IsSound = true };
        yield return new("Duration", "(short).wav", [.. Tone(1.2), "-f", "wav"]) { IsSound = true };
        yield return new("Codec", "adpcm;.wav", [.. Tone(3), "-c:a", "adpcm_ms", "-f", "wav"]) { IsSound = true };
        yield return new("FileSize", "5 MB & more.wav", [.. Tone(40), "-ac", "2", "-f", "wav"]) { IsSound = true };
        string speechLike = "anoisesrc=d=6:a=0.5:r=44100,volume='if(lt(mod(t,2),1),1,0)':eval=frame";
        yield return new("Integrity", "vbr's.mp3", ["-f", "lavfi", "-i", speechLike, "-c:a", "libmp3lame", "-q:a", "5", "-write_xing", "0", "-f", "mp3"]) { IsSound = true };
    }

    private static IEnumerable<RemedyCase> Pairs()
    {
        yield return new("SoundLonger", "it's longer.mp3", [.. Tone(4.7), "-c:a", "libmp3lame", "-f", "mp3"]) { IsSound = true, Clip = 3.04 };
        yield return new("SoundLonger", "[longer] & piped.wav", [.. Tone(12, 16_000), "-f", "wav"]) { IsSound = true, Clip = 5.0051 };
        yield return new("SoundShorter", "-shorter.m4a", [.. Tone(2.2), "-c:a", "aac", "-f", "ipod"]) { IsSound = true, Clip = 4.96 };
        yield return new("SoundShorter", "much \u201Cshorter\u201D.aac", [.. Tone(1.1), "-c:a", "aac", "-f", "adts"]) { IsSound = true, Clip = 9.8 };
    }

    private static void ForgetDuration(byte[] file) => BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(file.AsSpan().IndexOf("mvhd"u8) + 20), 0);

    private static void Turn(byte[] file, int a, int b, int c, int d)
    {
        Span<byte> matrix = file.AsSpan(file.AsSpan().IndexOf("tkhd"u8) + 4 + 40);
        foreach ((int at, int value) in ((int, int)[])[(0, a), (4, b), (12, c), (16, d)])
        {
            BinaryPrimitives.WriteInt32BigEndian(matrix[at..], value);
        }
    }
}
