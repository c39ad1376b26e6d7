namespace KlingLipSync.Media;

/// <summary>What a clip and its sound have to do with each other. The endpoint's page does not say what becomes of what one has and the other lacks.</summary>
internal static class PairRules
{
    // MP3 and AAC run longer by their codec's delay and padding, MP3 of 16 kHz by up to 0.105 s; one frame at 24 a second is 0.042 s.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(0.15);

    public static IEnumerable<MediaFinding> Check(MediaFacts video, string videoName, MediaFacts audio, string audioName)
    {
        if (video.VideoDuration is not { } clip || audio.AudioDuration is not { } sound || clip <= TimeSpan.Zero || sound <= TimeSpan.Zero)
        {
            yield break;
        }

        TimeSpan difference = sound - clip;
        if (difference.Duration() <= Tolerance)
        {
            yield break;
        }

        bool isLonger = difference > TimeSpan.Zero;
        (string clipName, string soundName) = (Wording.Name(videoName), Wording.Name(audioName));
        string fate = isLonger
            ? "the clip ends before the sound does, and what the endpoint does with the rest is not documented."
            : "the sound ends before the clip does, and what the endpoint shows from there on is not documented.";
        yield return new MediaFinding(
            MediaSeverity.Warn,
            isLonger ? "SoundLonger" : "SoundShorter",
            $"{soundName} {Wording.Seconds(sound)}, {clipName} {Wording.Seconds(clip)}",
            $"the clip's length, give or take {Wording.Seconds(Tolerance)}",
            $"{soundName} lasts {Wording.Seconds(sound)}, {Wording.Seconds(difference.Duration())} {(isLonger ? "longer" : "shorter")} than its clip {clipName} of {Wording.Seconds(clip)}: {fate}",
            FfmpegLine.ForPair(audioName, clip, isLonger));
    }
}
