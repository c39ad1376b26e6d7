namespace KlingLipSync.Media;

/// <summary>What the endpoint asks of a sound. Its page names no formats; these four are those of the model's maker.</summary>
internal static class AudioRules
{
    private const string Containers = "MP3, WAV, M4A and AAC sounds";

    public static IEnumerable<Observation> Observe(MediaFacts facts, string fileName)
    {
        bool isTaken = facts.Container is MediaContainer.Mp3 or MediaContainer.Wav or MediaContainer.M4a or MediaContainer.Aac or MediaContainer.Mp4 or MediaContainer.Mov;
        if (CommonRules.Container(facts, Containers, isTaken) is { } container)
        {
            return [container];
        }

        IEnumerable<Observation?> rules = facts.Length == 0 ? [] :
        [
            Pictures(facts) ?? Extension(facts, fileName),
            CommonRules.Size(facts, LipSyncLimits.MostAudioBytes, LipSyncLimits.MostAudioBytesSlack),
            .. Sound(facts),
        ];
        return CommonRules.Problems(facts).Concat(rules.OfType<Observation>());
    }

    private static IEnumerable<Observation?> Sound(MediaFacts facts)
    {
        if (facts.AudioTracks == 0)
        {
            bool isUnreadable = facts.Problems.Any(problem => problem.Severity == MediaSeverity.Refuse);
            return isUnreadable ? [] :
            [
                new Observation(MediaSeverity.Refuse, "SoundTrack", "no sound track", "a sound track", "has no sound track; the endpoint needs one.", Advice: "Take a file with sound: this one has none."),
            ];
        }

        // Of a video the lengths say nothing about the sound inside.
        return facts.VideoTracks > 0 ? [] :
        [
            CommonRules.Duration(facts, null, LipSyncLimits.LeastAudio, LipSyncLimits.MostAudio, LipSyncLimits.MostAudioSlack),
            Codec(facts),
        ];
    }

    private static Observation? Pictures(MediaFacts facts)
        => facts.VideoTracks == 0 || facts.AudioTracks == 0 ? null
            : new Observation(MediaSeverity.Refuse, "Container", "a video", Containers, $"is a video; the endpoint takes {Containers}.", Mending.Encode);

    private static Observation? Extension(MediaFacts facts, string fileName)
    {
        string expected = facts.Container switch
        {
            MediaContainer.Mp3 => ".mp3",
            MediaContainer.Wav => ".wav",
            MediaContainer.Aac => ".aac",
            _ => ".m4a",
        };
        string extension = Path.GetExtension(fileName).ToLowerInvariant();
        if (extension == expected)
        {
            return null;
        }

        string called = extension.Length == 0 ? "has no extension" : $"has the extension {extension}";
        return new Observation(
            MediaSeverity.Refuse,
            "Extension",
            extension.Length == 0 ? "no extension" : extension,
            expected,
            $"{called} and is {ContainerNames.Of(facts.Container)}; the endpoint goes by the name, which must end in {expected}.",
            Mending.Encode);
    }

    private static Observation? Codec(MediaFacts facts)
    {
        bool isUsual = facts.Container switch
        {
            MediaContainer.Wav => facts.AudioCodec?.StartsWith("pcm_", StringComparison.Ordinal) == true,
            MediaContainer.Mp3 => facts.AudioCodec == "mp3",
            _ => facts.AudioCodec == "aac",
        };
        string codec = facts.AudioCodec ?? "an unknown codec";
        return isUsual ? null
            : new Observation(MediaSeverity.Warn, "Codec", codec, "mp3, aac or PCM", $"is coded in {codec}; the endpoint names no codec, and MP3, AAC and PCM are the safest.", Mending.Encode);
    }
}
