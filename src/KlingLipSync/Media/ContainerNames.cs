namespace KlingLipSync.Media;

/// <summary>What to call a file in a sentence.</summary>
internal static class ContainerNames
{
    public static string Of(MediaContainer container) => container switch
    {
        MediaContainer.Mp4 => "an MP4 file",
        MediaContainer.Mov => "a QuickTime movie",
        MediaContainer.M4a => "an M4A sound",
        MediaContainer.Wav => "a WAV sound",
        MediaContainer.Mp3 => "an MP3 sound",
        MediaContainer.Aac => "an AAC (ADTS) sound",
        MediaContainer.Ogg => "an Ogg file",
        MediaContainer.Flac => "a FLAC sound",
        MediaContainer.WebM => "a WebM video",
        MediaContainer.Matroska => "a Matroska video",
        MediaContainer.Avi => "an AVI video",
        MediaContainer.Flv => "a Flash video",
        MediaContainer.Asf => "a Windows Media file",
        MediaContainer.MpegTs => "an MPEG transport stream",
        MediaContainer.MpegPs => "an MPEG program stream",
        MediaContainer.Aiff => "an AIFF sound",
        MediaContainer.Caf => "a Core Audio sound",
        MediaContainer.Amr => "an AMR sound",
        MediaContainer.Gif => "a GIF picture",
        MediaContainer.Jpeg => "a JPEG picture",
        MediaContainer.Png => "a PNG picture",
        MediaContainer.WebP => "a WebP picture",
        MediaContainer.Heif => "a HEIF or AVIF picture",
        MediaContainer.Tiff => "a TIFF picture",
        MediaContainer.Bmp => "a BMP picture",
        MediaContainer.Pdf => "a PDF document",
        MediaContainer.Archive => "an archive",
        MediaContainer.Html => "an HTML page",
        MediaContainer.Text => "a text file",
        _ => "of no known media format",
    };

    /// <summary>FFmpeg can make a clip or a sound of it.</summary>
    public static bool IsMoving(MediaContainer container) => container is >= MediaContainer.Mp4 and <= MediaContainer.Amr;

    public static bool IsPicture(MediaContainer container) => container is >= MediaContainer.Gif and <= MediaContainer.Bmp;
}
