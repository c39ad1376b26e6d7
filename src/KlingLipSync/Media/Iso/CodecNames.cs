namespace KlingLipSync.Media.Iso;

/// <summary>FFmpeg's names of the codecs that clips come in.</summary>
internal static class CodecNames
{
    public static string Of(uint type)
    {
        string code = Wording.FourCharacters(type);
        return code switch
        {
            "avc1" or "avc2" or "avc3" or "avc4" => "h264",
            "hvc1" or "hev1" or "dvh1" or "dvhe" => "hevc",
            "av01" => "av1",
            "vp08" => "vp8",
            "vp09" => "vp9",
            "mp4v" => "mpeg4",
            "s263" or "h263" => "h263",
            "jpeg" or "mjpa" or "mjpb" => "mjpeg",
            "png " => "png",
            "apch" or "apcn" or "apcs" or "apco" or "ap4h" or "ap4x" => "prores",
            "mp4a" => "aac",
            ".mp3" or "ms?U" => "mp3",
            "ac-3" => "ac3",
            "ec-3" => "eac3",
            "alac" => "alac",
            "Opus" => "opus",
            "fLaC" => "flac",
            "samr" => "amr_nb",
            "sawb" => "amr_wb",
            "sowt" => "pcm_s16le",
            "twos" => "pcm_s16be",
            "lpcm" or "ipcm" or "fpcm" => "pcm",
            "ulaw" => "pcm_mulaw",
            "alaw" => "pcm_alaw",
            _ => code.Trim(),
        };
    }

    /// <summary>By the object type of an MPEG-4 elementary stream descriptor (the MP4 Registration Authority's list).</summary>
    public static string? OfObjectType(byte objectType) => objectType switch
    {
        0x20 => "mpeg4",
        0x21 => "h264",
        0x23 => "hevc",
        0x40 or 0x66 or 0x67 or 0x68 => "aac",
        0x69 or 0x6B => "mp3",
        0x60 or 0x61 or 0x62 or 0x63 or 0x64 or 0x65 => "mpeg2video",
        0x6A => "mpeg1video",
        0x6C => "mjpeg",
        0x6D => "png",
        0xA5 => "ac3",
        0xA6 => "eac3",
        0xAD => "opus",
        _ => null,
    };
}
