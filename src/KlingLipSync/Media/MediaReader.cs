using KlingLipSync.Media.Iso;
using KlingLipSync.Media.Sound;

namespace KlingLipSync.Media;

/// <summary>
/// Reads what a media file says about itself without decoding it: a few kilobytes of MP4, MOV, M4A and WAV, the frame headers of MP3 and AAC.
/// Bounded in time and memory whatever the bytes; a defect becomes one of <see cref="MediaFacts.Problems"/>, never an exception.
/// </summary>
public static class MediaReader
{
    /// <summary>Reads the facts of the whole stream, wherever it stands.</summary>
    /// <param name="stream">A readable and seekable stream; it is left open, its position undefined.</param>
    /// <returns>The facts, with what is wrong about them.</returns>
    /// <exception cref="ArgumentException">The stream cannot be read or cannot seek.</exception>
    /// <exception cref="IOException">The stream itself fails.</exception>
    public static MediaFacts Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanRead || !stream.CanSeek)
        {
            throw new ArgumentException("Media facts are read from a stream that can be read and can seek.", nameof(stream));
        }

        using var bytes = new ByteWindow(stream);
        var facts = new FactsDraft();
        try
        {
            facts.Container = Sniffer.Recognise(bytes);
            switch (facts.Container)
            {
                case MediaContainer.Mp4:
                    new IsoReader(bytes, facts).Read();
                    break;
                case MediaContainer.Wav:
                    new WavReader(bytes, facts).Read();
                    break;
                case MediaContainer.Mp3:
                    new Mp3Reader(bytes, facts).Read();
                    break;
                case MediaContainer.Aac:
                    new AdtsReader(bytes, facts).Read();
                    break;
                case MediaContainer.Unknown when bytes.Length == 0:
                    facts.Refuse("The file is empty.");
                    break;
            }
        }
        catch (MediaFormatException defect)
        {
            facts.Refuse(defect.Message);
        }

        return facts.ToFacts(bytes.Length);
    }

    /// <summary>Reads the facts of a file.</summary>
    /// <param name="path">The file's path.</param>
    /// <returns>The facts, with what is wrong about them.</returns>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static MediaFacts ReadFile(string path)
    {
        // No buffer of the stream's own: the reader brings one, and most files need two reads.
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
        return Read(stream);
    }
}
