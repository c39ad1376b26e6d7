using System.Text;
using KlingLipSync.Media;

namespace KlingLipSync.Tests.Unit.Media;

public class SnifferTests
{
    public static TheoryData<MediaContainer, byte[]> Files => new()
    {
        { MediaContainer.Ogg, Start("OggS") },
        { MediaContainer.Flac, Start("fLaC") },
        { MediaContainer.Flac, SoundBuilder.Join(SoundBuilder.Id3v2(100), Start("fLaC")) },
        { MediaContainer.WebM, [0x1A, 0x45, 0xDF, 0xA3, 0x9F, 0x42, 0x86, 0x81, 1, 0x42, 0x82, 0x84, .. "webm"u8, .. new byte[50]] },
        { MediaContainer.Matroska, [0x1A, 0x45, 0xDF, 0xA3, 0x9F, 0x42, 0x86, 0x81, 1, 0x42, 0x82, 0x88, .. "matroska"u8, .. new byte[50]] },
        { MediaContainer.Avi, Start("RIFF\u0010\0\0\0AVI ") },
        { MediaContainer.WebP, Start("RIFF\u0010\0\0\0WEBP") },
        { MediaContainer.Flv, Start("FLV\u0001") },
        { MediaContainer.Asf, [0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11, .. new byte[50]] },
        { MediaContainer.MpegTs, Packets(188, 0) },
        { MediaContainer.MpegTs, Packets(192, 4) },
        { MediaContainer.MpegPs, [0, 0, 1, 0xBA, .. new byte[50]] },
        { MediaContainer.Aiff, Start("FORM\0\0\0\u0010AIFF") },
        { MediaContainer.Caf, Start("caff\0\u0001") },
        { MediaContainer.Amr, Start("#!AMR\n") },
        { MediaContainer.Gif, Start("GIF89a") },
        { MediaContainer.Jpeg, [0xFF, 0xD8, 0xFF, 0xE0, .. new byte[50]] },
        { MediaContainer.Png, [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10, .. new byte[50]] },
        { MediaContainer.Heif, ByteWriter.Box("ftyp", Encoding.ASCII.GetBytes("avif\0\0\0\0avifmif1")) },
        { MediaContainer.Heif, ByteWriter.Box("ftyp", Encoding.ASCII.GetBytes("heic\0\0\0\0mif1heic")) },
        { MediaContainer.Tiff, Start("II*\0") },
        { MediaContainer.Bmp, Start("BM\u0010\0\0\0\0\0\0\0") },
        { MediaContainer.Pdf, Start("%PDF-1.7") },
        { MediaContainer.Archive, Start("PK\u0003\u0004") },
        { MediaContainer.Html, Encoding.UTF8.GetBytes("\uFEFF  \n<!DOCTYPE html><html><body>404 – nicht da</body></html>") },
        { MediaContainer.Html, Encoding.UTF8.GetBytes("<html>" + new string('ä', 2000)) },
        { MediaContainer.Text, Encoding.UTF8.GetBytes("version https://git-lfs.github.com/spec/v1\noid sha256:0\n") },
        { MediaContainer.Text, Encoding.UTF8.GetBytes("{\"detail\":\"not found\"}") },
        { MediaContainer.Text, Encoding.UTF8.GetBytes("Get free media here") },
        { MediaContainer.Text, "Xy"u8.ToArray() },
        { MediaContainer.Unknown, [] },
        { MediaContainer.Unknown, [0] },
        { MediaContainer.Unknown, new byte[4000] },
    };

    [Theory]
    [MemberData(nameof(Files), DisableDiscoveryEnumeration = true)]
    public void Trap11_what_is_no_media_of_ours_is_named(MediaContainer container, byte[] file)
    {
        MediaFacts facts = MediaReader.Read(new MemoryStream(file));
        Assert.Equal(container, facts.Container);
        MediaFinding finding = Assert.Single(LipSyncRules.CheckVideo(facts, "clip.mp4"));
        Assert.Equal(MediaSeverity.Refuse, finding.Severity);
        Assert.NotEmpty(finding.Remedy);
        Assert.Equal(MediaSeverity.Refuse, Assert.Single(LipSyncRules.CheckAudio(facts, "clip.wav")).Severity);
    }

    private static byte[] Start(string text) => [.. Encoding.Latin1.GetBytes(text), .. new byte[100]];

    private static byte[] Packets(int size, int mark)
    {
        byte[] file = new byte[size * 5];
        for (int i = 0; i < 5; i++)
        {
            file[(i * size) + mark] = 0x47;
        }

        return file;
    }
}
