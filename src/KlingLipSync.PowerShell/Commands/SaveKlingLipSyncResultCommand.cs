using System.Collections.Concurrent;
using System.Management.Automation;
using KlingLipSync.Fal;
using KlingLipSync.Jobs;
using KlingLipSync.Jobs.Pairs;
using KlingLipSync.Results;

namespace KlingLipSync.Commands;

/// <summary>Saves the results of completed jobs as files. A saved job is not fetched again.</summary>
[Cmdlet(VerbsData.Save, "KlingLipSyncResult", SupportsShouldProcess = true, DefaultParameterSetName = IdSet)]
[OutputType(typeof(FileInfo))]
public sealed class SaveKlingLipSyncResultCommand : JobCommand
{
    private static readonly TimeSpan BusyPause = TimeSpan.FromMilliseconds(250);

    private const int MostAtOnce = 8;

    private readonly SemaphoreSlim slots = new(MostAtOnce);
    private readonly HashSet<(string, string?)> seen = [];
    private readonly Dictionary<string, LipSyncJob> planned = new(PathNames.Comparer);
    private readonly ConcurrentDictionary<string, ActiveJob> active = new();
    private SaveTarget target = null!;
    private BatchProgress? progress;
    private Lazy<Run>? run;

    /// <summary>The folder to save into; made if missing.</summary>
    [Parameter(Mandatory = true, HelpMessage = "The folder to save into.")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FolderCompleter))]
    public string Destination { get; set; } = "";

    /// <summary>The files' name: {Name}, {AudioName}, {Id}, {RequestId}, {Date}. Default: {Name}.lipsync.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NameTemplateCompleter))]
    public string? NameTemplate { get; set; }

    /// <summary>Overwrite files.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override object? FailureTarget => Destination;

    /// <summary>Checks the destination before the first job.</summary>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        run = new(() => Run.Begin(Session.Store, Session.Time, MyInvocation.InvocationName));
        try
        {
            var folder = this.ResolveLiteral(Destination, LipSyncError.DestinationInvalid);
            new DestinationCheck(this.IsRehearsal()).Check(folder);
            target = new SaveTarget(folder, Results.NameTemplate.Parse(NameTemplate), Force);
        }
        catch (LipSyncException e)
        {
            ThrowTerminatingError(ErrorCatalogue.Record(e, e.Error == LipSyncError.NameTemplateInvalid ? NameTemplate : Destination));
        }
    }

    /// <summary>Starts this record's downloads and emits what is ready, so that a waiting upstream is not held up.</summary>
    protected override void ProcessRecord()
    {
        foreach (var job in Known().Where(j => seen.Add((j.Id, j.RequestId))))
        {
            try
            {
                Begin(job);
            }
            catch (LipSyncException e)
            {
                WriteFailure(e, job);
            }
        }

        DrainReady();
        Show();
    }

    /// <summary>Waits for the downloads.</summary>
    protected override void EndProcessing()
    {
        try
        {
            DrainToEnd(progress is { IsShown: true } ? Show : null);
        }
        finally
        {
            progress?.Close();
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        progress?.Close();
    }

    private void Show()
    {
        if (!active.IsEmpty)
        {
            progress?.Show(() => active.Values);
        }
    }

    private protected override async ValueTask CloseAsync()
    {
        if (run?.IsValueCreated == true)
        {
            await run.Value.DisposeAsync().ConfigureAwait(false);
        }

        await base.CloseAsync().ConfigureAwait(false);
    }

    private void Begin(LipSyncJob job)
    {
        RequireResult(job);
        var path = target.PathFor(job);
        if (!planned.TryAdd(path, job))
        {
            throw new LipSyncException(LipSyncError.OutputCollision, $"The jobs {planned[path].Id} and {job.Id} would both be saved as '{path}'.");
        }

        if (ShouldProcess(path, $"Save the result of job {job.Id}"))
        {
            var owner = run!.Value.Id;
            progress ??= new BatchProgress(this, "Saving results", throttle: MostAtOnce);
            progress.Total++;
            Start(ct => SaveAsync(job, owner, ct));
        }
    }

    private static void RequireResult(LipSyncJob job)
    {
        if (job.State is not (LipSyncJobState.Completed or LipSyncJobState.Saved))
        {
            throw new LipSyncException(job.State == LipSyncJobState.Lost ? LipSyncError.JobLost : LipSyncError.JobNotCompleted,
                $"Job {job.Id} is {job.State}; there is no result to save. {job.ErrorMessage}".TrimEnd());
        }
    }

    private async Task SaveAsync(LipSyncJob job, string owner, CancellationToken ct)
    {
        await slots.WaitAsync(ct).ConfigureAwait(false);
        var shown = active[job.RequestId!] = new ActiveJob(JobProperties.SourceOf(job));
        try
        {
            while (!Session.Store.TryOwn(job.Id, owner))
            {
                await Task.Delay(BusyPause, Session.Time, ct).ConfigureAwait(false);
            }

            // Another run may have had it until now.
            var current = Session.Store.FindAgain(job)!;
            RequireResult(current);
            target.MakeFolder();
            shown.StartDownload(current);
            var saved = await new ResultSaver(Session).SaveAsync(current, target.PathFor(job), target.Overwrite, shown.Received, ct).ConfigureAwait(false);
            Post(() =>
            {
                progress!.Add();
                WriteObject(InvokeProvider.Item.Get([saved.OutputPath!], force: true, literalPath: true)[0]);
            });
        }
        catch (Exception e) when (e is LipSyncException or FalException)
        {
            Post(() =>
            {
                progress!.Add();
                progress.Failed++;
                WriteFailure(e as LipSyncException ?? ((FalException)e).ToLipSync(), job);
            });
        }
        finally
        {
            active.TryRemove(job.RequestId!, out _);
            Session.Store.Release(job.Id, owner);
            slots.Release();
        }
    }
}
