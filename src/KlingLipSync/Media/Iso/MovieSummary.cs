namespace KlingLipSync.Media.Iso;

/// <summary>Turns what was read of the tracks into the file's facts, and compares its statements with each other.</summary>
internal sealed class MovieSummary(Movie movie, FactsDraft facts, long fileLength)
{
    // Honest files differ by a frame or by a sound codec's priming between one table and another; liars by seconds.
    private static readonly TimeSpan Remarkable = TimeSpan.FromSeconds(0.1);
    private static readonly TimeSpan Contradictory = TimeSpan.FromSeconds(0.5);

    public void Write()
    {
        if (!movie.IsPresent)
        {
            return;
        }

        Track[] pictures = [.. movie.Tracks.Where(track => track.IsVideo)];
        Track[] sounds = [.. movie.Tracks.Where(track => track.IsSound)];
        facts.VideoTracks = pictures.Length;
        facts.AudioTracks = sounds.Length;

        if (pictures.FirstOrDefault() is { } video)
        {
            facts.VideoCodec = video.Codec;
            facts.VideoDuration = Shown(video);
            WritePicture(video);
        }

        if (sounds.FirstOrDefault() is { } sound)
        {
            facts.AudioCodec = sound.Codec;
            facts.AudioDuration = Shown(sound);
        }

        WriteFormatDuration();
        if ((pictures.FirstOrDefault() ?? sounds.FirstOrDefault()) is { } main)
        {
            facts.CountedDuration = Counted(main);
            Compare(main);
        }

        if (pictures.Length > 1)
        {
            facts.Warn($"It has {pictures.Length} video tracks; the first is taken here, and another may be elsewhere.");
        }

        if (movie.Tracks.Any(track => track.IsEncrypted))
        {
            facts.Encrypted("It is encrypted; without its key nobody can play it.");
        }

        if (movie.Tracks.Any(track => !track.HasFragments && track.LastChunk >= (ulong)fileLength))
        {
            facts.Truncated("It is cut off: its tables point to media data beyond the end of the file.");
        }
    }

    private static TimeSpan? Counted(Track track) => track.Frames > 0 ? track.Clock.ToTimeSpan(track.FrameUnits) : null;

    // What FFmpeg reports for the stream: the shorter of media and edits; for fragments the end of the last one.
    private TimeSpan? Shown(Track track)
    {
        if (track.HasFragments)
        {
            return track.Clock.ToTimeSpan(track.LastFragmentEnd);
        }

        TimeSpan? stated = track.StatedUnits is { } units ? track.Clock.ToTimeSpan(units) : null;
        TimeSpan? edited = track.HasEdits ? movie.Clock.ToTimeSpan(track.EditUnits) : null;
        return (stated, edited) switch
        {
            ({ } media, { } edits) => media < edits ? media : edits,
            _ => stated ?? edited ?? Counted(track),
        };
    }

    private void WriteFormatDuration()
    {
        TimeSpan? stated = movie.StatedUnits is { } units ? movie.Clock.ToTimeSpan(units) : null;
        TimeSpan? spanned = Spanned();
        facts.FormatDuration = stated is null || spanned > stated ? spanned : stated;
        if (facts.FormatDuration is null && movie.Tracks.Count > 0)
        {
            facts.Warn("Its movie header (mvhd) states no duration; some readers take that for 0 s.");
        }
    }

    // From the first frame shown to the end of the last one, over all tracks: a delay that all share is none.
    private TimeSpan? Spanned()
    {
        Track[] fragmented = [.. movie.Tracks.Where(track => track.HasFragments)];
        TimeSpan? start = fragmented.Select(track => track.Clock.ToTimeSpan(track.FirstFragmentStart + track.FirstFrameDelay)).DefaultIfEmpty(null).Min();
        TimeSpan? end = fragmented.Select(track => track.Clock.ToTimeSpan(track.LastFragmentEnd + track.FirstFrameDelay)).DefaultIfEmpty(null).Max();
        return end - start is { } span && span > TimeSpan.Zero ? span : null;
    }

    private void WritePicture(Track video)
    {
        bool isSized = video.Width > 0 && video.Height > 0;
        facts.Rotation = video.Rotation;
        facts.Width = isSized ? video.Width : null;
        facts.Height = isSized ? video.Height : null;
        if (isSized)
        {
            int width = Stretched(video);
            int height = video.Height!.Value;
            bool liesDown = video.Rotation % 180 is > 45 and < 135;
            (facts.DisplayWidth, facts.DisplayHeight) = liesDown ? (height, width) : (width, height);
        }

        if (video.ContradictedSize is { } stated)
        {
            facts.Warn($"Its header states {stated.Width}x{stated.Height} pixels and its H.264 stream {video.Width}x{video.Height}.");
        }

        if (video.Rotation % 90 != 0)
        {
            facts.Warn($"It is to be shown turned by {video.Rotation} degrees, which is no quarter turn.");
        }

        if (video.IsMirrored)
        {
            facts.Note("It is to be shown mirrored; a service that ignores the flag shows it the other way round.");
        }
    }

    private static int Stretched(Track video)
    {
        int width = video.Width!.Value;
        (uint horizontal, uint vertical) = video.PixelAspect;
        if (horizontal > 0 && vertical > 0)
        {
            long stretched = ((2L * width * horizontal) + vertical) / (2L * vertical);
            return stretched is > 0 and <= 65_535 ? (int)stretched : width;
        }

        // QuickTime files may say it by the track's size alone; that size is no witness when the height differs too.
        return video.HeaderSize.Width > 0 && video.HeaderSize.Height == video.Height ? (int)video.HeaderSize.Width : width;
    }

    private void Compare(Track main)
    {
        string kind = main.IsVideo ? "video" : "sound";
        if (main.Frames == 0)
        {
            facts.Refuse($"Its {kind} track lists no frames.");
            return;
        }

        if (facts.CountedDuration is not { } counted || counted == TimeSpan.Zero)
        {
            facts.Refuse($"Its {kind} track lists frames of no or of endless duration.");
            return;
        }

        TimeSpan? stated = main.StatedUnits is { } units ? main.Clock.ToTimeSpan(units) : null;
        if (!main.HasFragments && stated is { } claim && (claim - counted).Duration() > Remarkable)
        {
            string text = $"The header of its {kind} track states {Wording.Seconds(claim)}, and its frames add up to {Wording.Seconds(counted)}.";
            Contradict(claim - counted, text);
        }

        if (movie.Clock.ToTimeSpan(main.PlayedUnits) is { } played && !main.HasFragments && played > counted + Remarkable)
        {
            string text = $"Its edit list plays {Wording.Seconds(played)} of a {kind} track that lasts {Wording.Seconds(counted)}.";
            Contradict(played - counted, text);
        }
        else if (main.HasEdits && Shown(main) is { } shown && shown < counted - Remarkable)
        {
            facts.Note($"Its edit list shows {Wording.Seconds(shown)} of {Wording.Seconds(counted)}; what was trimmed away is still in the file.");
        }

        if (facts.FormatDuration is { } format && Shown(main) is { } own && format < own - Contradictory)
        {
            facts.Warn($"Its movie header states {Wording.Seconds(format)}, and its {kind} track lasts {Wording.Seconds(own)}.");
        }
    }

    private void Contradict(TimeSpan difference, string text)
    {
        if (difference.Duration() > Contradictory)
        {
            facts.Refuse(text);
        }
        else
        {
            facts.Warn(text);
        }
    }
}
