namespace KlingLipSync.Tests.Unit.Media;

/// <summary>What one track of a made MP4 says; every statement can be made to lie on its own.</summary>
public sealed record Mp4Track
{
    public uint Id { get; init; } = 1;

    public string Handler { get; init; } = "vide";

    /// <summary>The sample description's type.</summary>
    public string Format { get; init; } = "avc1";

    public uint Clock { get; init; } = 12_800;

    /// <summary>The duration of mdhd in units of <see cref="Clock"/>.</summary>
    public ulong Stated { get; init; }

    /// <summary>Frames and units of each row of stts.</summary>
    public IReadOnlyList<(uint Frames, uint Units)> Frames { get; init; } = [];

    public int Width { get; init; }

    public int Height { get; init; }

    /// <summary>The size of tkhd; the coded one if not set.</summary>
    public (int Width, int Height)? HeaderSize { get; init; }

    /// <summary>The matrix a, b, c, d of tkhd in 16.16.</summary>
    public (int A, int B, int C, int D) Matrix { get; init; } = (0x10000, 0, 0, 0x10000);

    public (uint Horizontal, uint Vertical)? PixelAspect { get; init; }

    /// <summary>Duration in the movie's clock and media time; -1 is an empty edit.</summary>
    public IReadOnlyList<(ulong Units, long MediaTime)>? Edits { get; init; }

    /// <summary>Boxes behind the fixed part of the sample description.</summary>
    public byte[] DescriptionBoxes { get; init; } = [];

    public bool IsWide { get; init; }

    /// <summary>mdia keeps its boxes in the order minf, hdlr, mdhd.</summary>
    public bool IsBackwards { get; init; }

    /// <summary>A video track of 25 frames a second; the last one is shorter where the duration asks for it.</summary>
    public static Mp4Track Video(double seconds, int width, int height)
    {
        const uint Frame = 512;
        uint units = (uint)Math.Round(seconds * 25 * Frame);
        return new Mp4Track
        {
            Stated = units,
            Frames = units % Frame == 0 ? [(units / Frame, Frame)] : [(units / Frame, Frame), (1, units % Frame)],
            Width = width,
            Height = height,
        };
    }

    public static Mp4Track Sound(double seconds, uint id = 2) => new()
    {
        Id = id,
        Handler = "soun",
        Format = "mp4a",
        Clock = 48_000,
        Stated = (ulong)Math.Round(seconds * 48_000),
        Frames = [(1, (uint)Math.Round(seconds * 48_000))],
    };
}
