namespace KlingLipSync.Tests.Unit.Media;

/// <summary>Media for tests, made in one call: fit by its headers, different for each seed, noise inside.</summary>
public static class TestMedia
{
    /// <summary>An MP4 clip of H.264 by its header, 25 frames a second.</summary>
    /// <param name="seconds">Its duration.</param>
    /// <param name="width">Picture width in pixels.</param>
    /// <param name="height">Picture height in pixels.</param>
    /// <param name="seed">Two clips of different seeds differ in their bytes.</param>
    /// <param name="bytes">The file's least size; it is padded up to it with noise.</param>
    /// <param name="brand">The major brand, <c>qt</c> for a MOV.</param>
    public static byte[] Mp4(double seconds = 4, int width = 1280, int height = 720, int seed = 0, int bytes = 0, string brand = "isom")
    {
        Mp4Builder builder = Clip(seconds, width, height, brand);
        builder.Payload = Noise(seed, 64);
        byte[] small = builder.Build();
        if (small.Length >= bytes)
        {
            return small;
        }

        builder.Payload = Noise(seed, 64 + bytes - small.Length);
        return builder.Build();
    }

    /// <summary>A WAV sound of noise, one channel, 16 kHz, 16 bit: 32,000 bytes a second.</summary>
    public static byte[] Wav(double seconds = 3, int seed = 0) => SoundBuilder.Wav(Noise(seed, 2 * (int)Math.Round(seconds * 16_000)));

    /// <summary>An MP3 sound, 128 kbit/s: 16,000 bytes a second.</summary>
    public static byte[] Mp3(double seconds = 3, int seed = 0)
    {
        int frames = (int)Math.Round(seconds * 44_100 / 1152);
        return SoundBuilder.Join(Enumerable.Range(0, frames).Select(i => SoundBuilder.Mp3Frame(9, (byte)(1 + ((seed + i) % 200)))));
    }

    /// <summary>An AAC sound in ADTS frames.</summary>
    public static byte[] Aac(double seconds = 3, int seed = 0)
        => SoundBuilder.Join(Enumerable.Range(0, (int)Math.Round(seconds * 44_100 / 1024)).Select(_ => SoundBuilder.AdtsFrame(200 + (seed % 100))));

    /// <summary>An M4A sound.</summary>
    public static byte[] M4a(double seconds = 3, int seed = 0)
    {
        var builder = new Mp4Builder { Brand = "M4A", Stated = (ulong)Math.Round(seconds * 1000), Payload = Noise(seed, 64) };
        builder.Tracks.Add(Mp4Track.Sound(seconds, id: 1));
        return builder.Build();
    }

    /// <summary>A clip to be changed before it is written.</summary>
    public static Mp4Builder Clip(double seconds = 4, int width = 1280, int height = 720, string brand = "isom")
    {
        var builder = new Mp4Builder { Brand = brand, Stated = (ulong)Math.Round(seconds * 1000) };
        builder.Tracks.Add(Mp4Track.Video(seconds, width, height));
        return builder;
    }

    private static byte[] Noise(int seed, int count)
    {
        byte[] noise = new byte[count];
        new Random(seed).NextBytes(noise);
        return noise;
    }
}
