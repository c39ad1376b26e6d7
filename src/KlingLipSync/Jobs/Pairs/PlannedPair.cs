using KlingLipSync.Media;
using KlingLipSync.Results;

namespace KlingLipSync.Jobs.Pairs;

/// <summary>A checked and priced pair, ready to be paid for.</summary>
internal sealed record PlannedPair
{
    /// <summary>What the user handed in: the target of every error about this pair.</summary>
    public required LipSyncInput Input { get; init; }

    public required MediaInput Video { get; init; }

    public required MediaInput Audio { get; init; }

    /// <summary>What the clip costs; null for a URL, whose length is not known.</summary>
    public LipSyncQuote? Price { get; init; }

    /// <summary>What the clip costs at most.</summary>
    public LipSyncQuote CautiousPrice => Price ?? LipSyncPrice.Unknown;

    /// <summary>Where the result goes; null when it is not to be saved.</summary>
    public SaveTarget? Target { get; init; }

    /// <summary>Stands for the URL inputs in the pair's identity.</summary>
    public string? Key { get; init; }

    public string? Tag { get; init; }
}

/// <summary>Where and under what name a result is saved.</summary>
internal sealed record SaveTarget(string Folder, NameTemplate Template, bool Overwrite)
{
    /// <summary>The full path of a job's file, after the inputs it was first paid for.</summary>
    public string PathFor(LipSyncJob job) =>
        PathFor(job, MediaInput.Of(job.VideoPath, job.VideoUrl), MediaInput.Of(job.AudioPath, job.AudioUrl));

    /// <summary>The full path of a pair's file, after the names it came in with this time.</summary>
    public string PathFor(LipSyncJob job, PlannedPair pair) => PathFor(job, pair.Video, pair.Audio);

    /// <summary>The full path before there is a job; only for templates that name no job.</summary>
    /// <param name="video">The clip.</param>
    /// <param name="audio">The sound.</param>
    /// <param name="now">Stands for the time of a job that is yet to be.</param>
    public string PathFor(MediaInput video, MediaInput audio, DateTimeOffset now) => Named(video, audio, "", null, now);

    /// <summary>Makes the folder. Before anything is paid: a result that has no place is worth nothing.</summary>
    /// <exception cref="LipSyncException">It cannot be made.</exception>
    public void MakeFolder()
    {
        try
        {
            Directory.CreateDirectory(Folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LipSyncException(LipSyncError.DestinationInvalid, $"The destination '{Folder}' cannot be made: {e.Message}", e);
        }
    }

    private string PathFor(LipSyncJob job, MediaInput video, MediaInput audio) => Named(video, audio, job.Id, job.RequestId, job.CreatedAt);

    private string Named(MediaInput video, MediaInput audio, string id, string? requestId, DateTimeOffset date) =>
        Path.Combine(Folder, Template.FileName(new NameParts(video.BaseName, audio.BaseName, id, requestId, date)));
}
