using System.Collections.Immutable;

namespace KlingLipSync.Jobs.Waiting;

/// <summary>
/// The runner's log of one request, each line once. A look shows the whole log or its newest lines, a stream what is new;
/// the two may take turns.
/// </summary>
internal sealed class JobLog
{
    private readonly HashSet<(DateTimeOffset? Time, string Message)> known = [];

    /// <summary>All lines so far, in their order.</summary>
    public ImmutableList<LipSyncLogLine> Lines { get; private set; } = [];

    /// <summary>Takes lines that are all new.</summary>
    /// <returns>The new lines.</returns>
    public IReadOnlyList<LipSyncLogLine> Add(IReadOnlyList<LipSyncLogLine> lines)
    {
        Lines = Lines.AddRange(lines);
        known.UnionWith(lines.Select(Key));
        return lines;
    }

    /// <summary>Takes a part of the log as it stands now, which may begin anywhere before the first new line.</summary>
    /// <returns>The new lines.</returns>
    public IReadOnlyList<LipSyncLogLine> AddWindow(IReadOnlyList<LipSyncLogLine> window)
    {
        var overlap = Overlap(window);

        // Where the two do not meet, lines went by unseen, or came in late between others: then a line's time and words tell it.
        return Add(overlap > 0 ? [.. window.Skip(overlap)] : [.. window.Where(line => !known.Contains(Key(line)))]);
    }

    /// <summary>How many lines the window begins with that are the last ones known. Lines may be alike, so that single ones tell nothing.</summary>
    private int Overlap(IReadOnlyList<LipSyncLogLine> window)
    {
        for (var length = Math.Min(window.Count, Lines.Count); length > 0; length--)
        {
            var start = Lines.Count - length;
            if (Enumerable.Range(0, length).All(i => Key(Lines[start + i]) == Key(window[i])))
            {
                return length;
            }
        }

        return 0;
    }

    private static (DateTimeOffset? Time, string Message) Key(LipSyncLogLine line) => (line.Timestamp, line.Message);
}
