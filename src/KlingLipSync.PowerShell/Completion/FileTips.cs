using System.Collections.Concurrent;
using System.Globalization;
using KlingLipSync.Jobs;
using KlingLipSync.Jobs.Pairs;
using KlingLipSync.Media;

namespace KlingLipSync.Commands;

/// <summary>What the menu says of clips and sounds: length, size and price, or why the endpoint would refuse them. Only their headers are read.</summary>
internal static class FileTips
{
    private const int MostRead = 100;

    /// <summary>Beyond it the rest of the files goes unread: Tab must not wait for a slow disk.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>What could be found out in time, by path.</summary>
    public static IReadOnlyDictionary<string, FileTip> Of(IEnumerable<FileSystemInfo> entries)
    {
        var tips = new ConcurrentDictionary<string, FileTip>(StringComparer.Ordinal);
        var files = entries.OfType<FileInfo>().Take(MostRead).ToList();
        using var enough = new CancellationTokenSource(Patience);
        var token = enough.Token;

        // Not here: a share that hangs would hold the prompt.
        var reading = Task.Run(() =>
        {
            var media = new MediaFiles();
            foreach (var file in files)
            {
                if (token.IsCancellationRequested)
                {
                    return;
                }

                tips[file.FullName] = Tip(file, media);
            }
        });
        Task.WaitAny([reading], Patience);
        return tips;
    }

    private static FileTip Tip(FileInfo file, MediaFiles media)
    {
        try
        {
            var input = MediaInput.File(file.FullName);
            var isSound = MediaEndings.IsSound(file.Name);
            var found = isSound ? MediaJudgement.OfAudio(input, media, skipRules: false) : MediaJudgement.OfVideo(input, media, skipRules: false);
            var facts = string.Join(", ", Facts(file, found.Facts, isSound));
            return found switch
            {
                { Fault: { } fault } => new(FileRank.Refused, $"Refused: {fault.Message}"),
                { Findings: var findings } when findings.FirstOrDefault(f => f.Severity == MediaSeverity.Warn) is { } warning => new(FileRank.Doubtful, $"{facts}. {warning.Message}"),
                _ => new(FileRank.Fit, facts),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return new(FileRank.Refused, e.Message);
        }
    }

    private static IEnumerable<string> Facts(FileInfo file, MediaFacts? facts, bool isSound)
    {
        if (facts?.CautiousDuration is { } length)
        {
            yield return $"{length.TotalSeconds.ToString("0.0##", CultureInfo.CurrentCulture)} s";
        }

        if (!isSound && facts is { Width: { } width, Height: { } height })
        {
            yield return FormattableString.Invariant($"{width}x{height}");
        }

        yield return ByteText.Of(FileEntry.Of(file.FullName) is { Exists: true } read ? read.Length : file.Length);
        if (!isSound && facts?.CautiousDuration is not null)
        {
            yield return FormattableString.Invariant($"{LipSyncPrice.Quote(facts).Usd:0.00} USD");
        }
    }
}

/// <summary>What is offered first.</summary>
internal enum FileRank
{
    Fit,
    Doubtful,
    Unread,
    Folder,
    Refused,
}

/// <param name="Rank">How well the file fits.</param>
/// <param name="Text">What the menu says of it.</param>
internal readonly record struct FileTip(FileRank Rank, string Text);
