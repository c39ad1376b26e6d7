using KlingLipSync.Jobs.Store;

namespace KlingLipSync.Jobs.Pairs;

/// <summary>Sees to it that each result has a place of its own: no two pairs, no input and no file that is there already.</summary>
/// <param name="store">Tells our own outputs; null when there is no store yet.</param>
/// <param name="requests">All that the command was given, so that no result takes the place of any of its inputs.</param>
/// <param name="now">Stands for the time of jobs that are yet to be.</param>
/// <param name="isRehearsal">Whether nothing may be written, not even to find out whether it can be.</param>
internal sealed class OutputNames(JobStore? store, IEnumerable<PairRequest> requests, DateTimeOffset now, bool isRehearsal)
{
    private readonly DestinationCheck destinations = new(isRehearsal);
    private readonly Dictionary<string, string> taken = new(PathNames.Comparer);
    private readonly HashSet<string> inputs = requests.SelectMany(r => r.Input.AudioPath.Append(r.Input.VideoPath ?? "")).ToHashSet(PathNames.Comparer);

    /// <summary>Takes the pair's name, or only looks whether it is free.</summary>
    /// <param name="pair">The pair, both of its halves known.</param>
    /// <param name="target">Where it is to be saved.</param>
    /// <param name="isSent">False for a pair that will not be sent: it must not keep the name from another.</param>
    /// <returns>The full path; null where there is no saving, or the name holds an id that is yet to be.</returns>
    /// <exception cref="LipSyncException">It has no place, or the place is another's.</exception>
    public string? Take(NamedPair pair, SaveTarget target, bool isSent)
    {
        var (video, audio, settings) = (pair.Video!, pair.Audio!, pair.Settings);
        destinations.Check(target.Folder);
        if (target.Template.IsUnique)
        {
            return null;
        }

        var path = target.PathFor(video, audio, now);
        if ((inputs.Contains(path) && !settings.LeavesOut(store, path)) || PathNames.Comparer.Equals(path, audio.Path))
        {
            throw new LipSyncException(LipSyncError.OutputCollision, $"The result of '{video}' would be saved over the input '{path}'.");
        }

        if (isSent ? !taken.TryAdd(path, $"'{video}' with '{audio}'") : taken.ContainsKey(path))
        {
            throw new LipSyncException(LipSyncError.OutputCollision, $"'{video}' with '{audio}' and {taken[path]} would both be saved as '{path}'.");
        }

        // A file that the store knows may be this very pair's, from an earlier run or from one beside this: the claim tells.
        if (!target.Overwrite && File.Exists(path) && store?.OutputAt(path) is null && store?.IsOutput(path) != true)
        {
            throw new LipSyncException(LipSyncError.OutputExists, $"'{path}' exists already.");
        }

        return path;
    }
}
