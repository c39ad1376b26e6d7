using System.Globalization;

namespace KlingLipSync.Media;

/// <summary>The FFmpeg line that makes a fit file of an unfit one, beside it, under a name of its own.</summary>
internal static class FfmpegLine
{
    // FFmpeg ends a cut behind the frame it falls into, so that a cut on the limit itself would end beyond it.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(0.1);

    // Long enough for no click, short enough to keep the last word.
    private static readonly TimeSpan Fade = TimeSpan.FromSeconds(0.05);

    private const string Sound = "-c:a aac -b:a 128k";

    public static string ForVideo(MediaFacts facts, string fileName, Mending mends)
    {
        string output = Beside(fileName, ".fit.mp4");
        string tracks = mends.HasFlag(Mending.DropSound) ? " -map 0:v:0" : facts.VideoTracks > 1 ? " -map 0:v:0 -map 0:a:0?" : "";
        if ((mends & ~(Mending.Rewrap | Mending.DropSound)) == Mending.None)
        {
            bool keepsSound = mends.HasFlag(Mending.DropSound) || facts.AudioTracks == 0 || facts.AudioCodec is "aac" or "mp3" or "ac3" or "eac3" or "alac";
            return $"ffmpeg -i {Input(fileName)}{tracks} {(keepsSound ? "-c copy" : "-c:v copy -c:a aac")} -movflags +faststart {output}";
        }

        var filters = new List<string>();
        if (mends.HasFlag(Mending.Resize))
        {
            filters.AddRange(Scaling(facts));
        }

        if (mends.HasFlag(Mending.Lengthen))
        {
            TimeSpan missing = LipSyncLimits.LeastVideo + Margin - (facts.LeastDuration ?? TimeSpan.Zero);
            filters.Add($"tpad=stop_mode=clone:stop_duration={Tenths(missing)}");
        }

        string chain = filters.Count == 0 ? "" : $" -vf '{string.Join(',', filters)}'";
        TimeSpan? cut = mends.HasFlag(Mending.ShortenToStep) && LipSyncPrice.Trim(facts) is { } trim ? trim.To - Margin
            : mends.HasFlag(Mending.Shorten) ? LipSyncLimits.MostVideo - Margin
            : null;
        string length = cut is { } t ? $" -t {Tenths(t)}" : "";
        string quality = mends.HasFlag(Mending.Shrink) ? "-crf 23 -maxrate 20M -bufsize 40M" : "-crf 18";
        string sound = mends.HasFlag(Mending.DropSound) ? "" : " -c:a aac";
        return $"ffmpeg -i {Input(fileName)}{tracks}{length}{chain} -c:v libx264 {quality} -pix_fmt yuv420p{sound} -movflags +faststart {output}";
    }

    public static string ForAudio(MediaFacts facts, string fileName, Mending mends)
    {
        string length = mends.HasFlag(Mending.Shorten) ? $" -t {Tenths(LipSyncLimits.MostAudio - Margin)}" : "";
        string filter = mends.HasFlag(Mending.Lengthen) ? $" -af 'apad=whole_dur={Tenths(LipSyncLimits.LeastAudio + Margin)}'" : "";
        return $"ffmpeg -i {Input(fileName)} -vn{length}{filter} {Sound} {Beside(fileName, ".fit.m4a")}";
    }

    /// <summary>A sound as long as its clip: faded out where the clip ends, or silent from its own end on.</summary>
    public static string ForPair(string audioName, TimeSpan clip, bool isLonger)
    {
        string change = isLonger
            ? $"-t {Thousandths(clip)} -af 'afade=t=out:st={Thousandths(clip - Fade)}:d={Thousandths(Fade)}'"
            : $"-af 'apad=whole_dur={Thousandths(clip)}'";
        return $"ffmpeg -i {Input(audioName)} -vn {change} {Sound} {Beside(audioName, ".fit.m4a")}";
    }

    // By the picture as shown, because FFmpeg turns it before it filters.
    private static IEnumerable<string> Scaling(MediaFacts facts)
    {
        if (facts is not { DisplayWidth: { } width, DisplayHeight: { } height } || width < 1 || height < 1)
        {
            yield break;
        }

        int shorter = Math.Min(width, height);
        double ratio = (double)Math.Max(width, height) / shorter;
        int shortSide = shorter >= LipSyncLimits.ShortSide1080 ? LipSyncLimits.ShortSide1080 : LipSyncLimits.ShortSide720;
        double longSide = shortSide * ratio;
        if (longSide > LipSyncLimits.MostSide)
        {
            longSide = LipSyncLimits.MostSide;
            shortSide = Even(longSide / ratio);
        }

        (int w, int h) = width >= height ? (Even(longSide), shortSide) : (shortSide, Even(longSide));
        yield return $"scale={w}:{h}";
        if (shortSide < LipSyncLimits.LeastSide)
        {
            (int padW, int padH) = (Math.Max(w, LipSyncLimits.LeastSide), Math.Max(h, LipSyncLimits.LeastSide));
            yield return $"pad={padW}:{padH}:-1:-1";
        }

        yield return "setsar=1";
    }

    // H.264 in its common form has only even sides.
    private static int Even(double side) => Math.Max(2, 2 * (int)Math.Round(side / 2));

    private static string Tenths(TimeSpan duration)
    {
        decimal tenths = Math.Ceiling((decimal)duration.Ticks / (TimeSpan.TicksPerSecond / 10)) / 10;
        return tenths.ToString("0.#", CultureInfo.InvariantCulture);
    }

    private static string Thousandths(TimeSpan duration)
        => Math.Max(0, (decimal)duration.Ticks / TimeSpan.TicksPerSecond).ToString("0.###", CultureInfo.InvariantCulture);

    private static string Input(string fileName) => PowerShellText.Quote(Plain(fileName));

    private static string Beside(string fileName, string ending) => PowerShellText.Quote(Plain(Path.ChangeExtension(fileName, null) + ending));

    // A name that opens with a dash would be an option, and one with a colon a protocol.
    private static string Plain(string fileName)
        => !Path.IsPathRooted(fileName) && (fileName.StartsWith('-') || fileName.Contains(':')) ? "./" + fileName : fileName;
}
