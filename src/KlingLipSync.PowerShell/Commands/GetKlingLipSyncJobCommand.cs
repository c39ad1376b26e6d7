using System.Collections.Concurrent;
using System.Management.Automation;
using KlingLipSync.Jobs;
using KlingLipSync.Jobs.Store;

namespace KlingLipSync.Commands;

/// <summary>Lists the jobs of the store, open ones refreshed from fal first.</summary>
[Cmdlet(VerbsCommon.Get, "KlingLipSyncJob", DefaultParameterSetName = ListSet)]
[OutputType(typeof(LipSyncJob))]
public sealed class GetKlingLipSyncJobCommand : LipSyncCommand
{
    private const string ListSet = "List", IdSet = "Id";
    private const int MostAtOnce = 16;

    /// <summary>A server error of fal's counts once it was seen three times over ten seconds.</summary>
    private static readonly TimeSpan SettlingTime = TimeSpan.FromSeconds(12);

    private readonly List<LipSyncJob> jobs = [];

    /// <summary>Ids of jobs: ours, or fal's request ids.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = IdSet,
        HelpMessage = "The jobs' ids, ours or fal's.")]
    [Alias("RequestId")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(JobIdCompleter))]
    public string[] Id { get; set; } = [];

    /// <summary>Only jobs in these states, as they are after the refresh.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public LipSyncJobState[]? State { get; set; }

    /// <summary>Only jobs that may be paid and are neither saved nor ended.</summary>
    [Parameter(ParameterSetName = ListSet)]
    public SwitchParameter Pending { get; set; }

    /// <summary>Only jobs that this run last worked on.</summary>
    [Parameter(ParameterSetName = ListSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(RunIdCompleter))]
    public string? RunId { get; set; }

    /// <summary>Only jobs with this mark.</summary>
    [Parameter(ParameterSetName = ListSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TagCompleter))]
    public string? Tag { get; set; }

    /// <summary>Only jobs of these clips.</summary>
    [Parameter(ParameterSetName = ListSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ClipPathCompleter))]
    public string[]? VideoPath { get; set; }

    /// <summary>Only jobs claimed after this time.</summary>
    [Parameter(ParameterSetName = ListSet)]
    public DateTime? After { get; set; }

    /// <summary>Only jobs claimed before this time.</summary>
    [Parameter(ParameterSetName = ListSet)]
    public DateTime? Before { get; set; }

    /// <summary>At most this many, the newest.</summary>
    [Parameter(ParameterSetName = ListSet)]
    [ValidateRange(1, int.MaxValue)]
    public int? Newest { get; set; }

    /// <summary>Do not ask fal; show what the store knows.</summary>
    [Parameter]
    public SwitchParameter Local { get; set; }

    /// <summary>Reads key, endpoint and store place. The store alone needs no key.</summary>
    protected override void BeginProcessing() => OpenSession(needsKey: false);

    /// <summary>Collects the jobs that are asked for.</summary>
    protected override void ProcessRecord()
    {
        try
        {
            if (ParameterSetName == IdSet)
            {
                foreach (var id in Id)
                {
                    if (Session.Store.FindByAnyId(id) is { } job)
                    {
                        jobs.Add(job);
                    }
                    else
                    {
                        WriteFailure(new LipSyncException(LipSyncError.JobNotFound, $"No job with the id '{id}' is in the store '{Session.Store.FilePath}'."), id);
                    }
                }
            }
            else
            {
                jobs.AddRange(Listed());
            }
        }
        catch (LipSyncException e)
        {
            ThrowTerminatingError(ErrorCatalogue.Record(e, Session.StoreFolder));
        }
    }

    /// <summary>Refreshes and emits.</summary>
    protected override void EndProcessing()
    {
        if (!Local)
        {
            Refresh();
        }

        // Filtered by what the refresh has shown, and only then cut to the newest.
        var wanted = jobs.Where(j => (State is null || State.Contains(j.State)) && (!Pending || j.IsPending)).ToList();
        if (Pending)
        {
            // What has ended meanwhile may wait longer than the store thought.
            wanted = [.. wanted.OrderBy(j => j.CollectBefore ?? DateTimeOffset.MaxValue)];
        }

        var newest = Newest is { } most ? wanted.OrderByDescending(j => j.CreatedAt).ThenByDescending(j => j.Id, StringComparer.Ordinal).Take(most).ToHashSet() : null;
        foreach (var job in wanted.Where(j => newest is null || newest.Contains(j)))
        {
            WriteObject(job);
        }
    }

    private IEnumerable<LipSyncJob> Listed()
    {
        var listed = Session.Store.List(new JobFilter
        {
            Pending = Pending,
            RunId = RunId,
            Tag = Tag,
            After = After is { } after ? new DateTimeOffset(after) : null,
            Before = Before is { } before ? new DateTimeOffset(before) : null,
        }).AsEnumerable();
        if (VideoPath is not null)
        {
            var paths = VideoPath.Select(p => this.ResolveLiteral(p)).ToHashSet(PathNames.Comparer);
            listed = listed.Where(j => j.VideoPath is not null && paths.Contains(j.VideoPath));
        }

        return Newest is { } most && State is null && !Pending ? listed.Take(most) : listed;
    }

    private void Refresh()
    {
        if (!jobs.Exists(j => IsOpen(j) && Session.CanAsk(j)))
        {
            return;
        }

        var told = new ConcurrentDictionary<LipSyncError, byte>();
        Start(async ct =>
        {
            await new Settlement(Session).RefreshAsync(jobs, ct).ConfigureAwait(false);
            var accepted = Enumerable.Range(0, jobs.Count).Where(i => jobs[i].State == LipSyncJobState.Queued && Session.CanAsk(jobs[i]));
            await Parallel.ForEachAsync(accepted, new ParallelOptions { MaxDegreeOfParallelism = MostAtOnce, CancellationToken = ct }, async (i, token) =>
            {
                try
                {
                    jobs[i] = await new JobWaiter(Session).LookAsync(jobs[i], SettlingTime, token).ConfigureAwait(false);
                }
                catch (LipSyncException e)
                {
                    // The store's own knowledge is still worth showing; what is wrong is said once, not once a job.
                    if (told.TryAdd(e.Error, 0))
                    {
                        var job = jobs[i];
                        Post(() => WriteFailure(e, job));
                    }
                }
            }).ConfigureAwait(false);
        });
        DrainToEnd();
        WarnOfSecondPayments();
    }

    private static bool IsOpen(LipSyncJob job) => job.State is LipSyncJobState.Submitting or LipSyncJobState.Unconfirmed or LipSyncJobState.Queued;
}
