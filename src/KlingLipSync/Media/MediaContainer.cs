namespace KlingLipSync.Media;

/// <summary>What a file is by its bytes; its name is not looked at.</summary>
public enum MediaContainer
{
    /// <summary>Nothing known.</summary>
    Unknown,

    /// <summary>MP4 (ISO base media), with or without pictures.</summary>
    Mp4,

    /// <summary>QuickTime movie: brand <c>qt</c>, or the older kind without a brand.</summary>
    Mov,

    /// <summary>MP4 that declares itself as sound: brands <c>M4A</c>, <c>M4B</c>, <c>M4P</c>.</summary>
    M4a,

    /// <summary>RIFF or RF64 WAVE.</summary>
    Wav,

    /// <summary>MPEG audio frames (layers 1 to 3), with or without ID3 tags.</summary>
    Mp3,

    /// <summary>AAC in ADTS frames.</summary>
    Aac,

    /// <summary>Ogg (Vorbis, Opus, …).</summary>
    Ogg,

    /// <summary>Native FLAC.</summary>
    Flac,

    /// <summary>WebM.</summary>
    WebM,

    /// <summary>Matroska.</summary>
    Matroska,

    /// <summary>RIFF AVI.</summary>
    Avi,

    /// <summary>Flash video.</summary>
    Flv,

    /// <summary>ASF: Windows Media video or sound.</summary>
    Asf,

    /// <summary>MPEG transport stream.</summary>
    MpegTs,

    /// <summary>MPEG program stream.</summary>
    MpegPs,

    /// <summary>AIFF or AIFF-C sound.</summary>
    Aiff,

    /// <summary>Apple Core Audio sound.</summary>
    Caf,

    /// <summary>AMR speech.</summary>
    Amr,

    /// <summary>GIF picture.</summary>
    Gif,

    /// <summary>JPEG picture.</summary>
    Jpeg,

    /// <summary>PNG picture.</summary>
    Png,

    /// <summary>WebP picture.</summary>
    WebP,

    /// <summary>HEIF, HEIC or AVIF picture.</summary>
    Heif,

    /// <summary>TIFF picture.</summary>
    Tiff,

    /// <summary>BMP picture.</summary>
    Bmp,

    /// <summary>PDF document.</summary>
    Pdf,

    /// <summary>Zip, gzip, 7z or rar archive.</summary>
    Archive,

    /// <summary>HTML page, most often an error page saved under a media name.</summary>
    Html,

    /// <summary>Other text: JSON, XML, a playlist, a Git LFS pointer, ….</summary>
    Text,
}
