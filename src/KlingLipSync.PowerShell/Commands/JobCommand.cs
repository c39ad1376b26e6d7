using System.Management.Automation;
using KlingLipSync.Jobs.Store;

namespace KlingLipSync.Commands;

/// <summary>What the commands about known jobs share: a job object or an id, from a parameter or the pipe.</summary>
public abstract class JobCommand : LipSyncCommand
{
    private protected const string InputSet = "InputObject", IdSet = "Id";

    /// <summary>Jobs, as Invoke-, Get- and Wait- emit them.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = InputSet, HelpMessage = "The jobs.")]
    [ValidateNotNull]
    public LipSyncJob[] InputObject { get; set; } = [];

    /// <summary>Ids of jobs: ours, or fal's request ids.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = IdSet,
        HelpMessage = "The jobs' ids, ours or fal's.")]
    [Alias("RequestId")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(JobIdCompleter))]
    public string[] Id { get; set; } = [];

    private protected override object? FailureTarget => ParameterSetName == IdSet ? Id : InputObject;

    /// <summary>Reads key, endpoint and store place.</summary>
    protected override void BeginProcessing() => OpenSession();

    /// <summary>This record's jobs as the store has them now; one error for each id that nobody knows.</summary>
    private protected List<LipSyncJob> Known()
    {
        var jobs = new List<LipSyncJob>();
        // A second payment goes by fal's id: ours is that of the job, which stands on another request.
        foreach (var id in ParameterSetName == IdSet ? Id : InputObject.Select(j => j.IsLate ? j.RequestId! : j.Id))
        {
            try
            {
                // A rehearsal makes no store.
                jobs.Add((Session.HasStore || !this.IsRehearsal() ? Session.Store.FindByAnyId(id) : null)
                    ?? throw new LipSyncException(LipSyncError.JobNotFound, $"No job with the id '{id}' is in the store '{Path.Combine(Session.StoreFolder, StoreFile.Name)}'."));
            }
            catch (LipSyncException e) when (e.Error == LipSyncError.JobNotFound)
            {
                WriteFailure(e, id);
            }
            catch (LipSyncException e)
            {
                ThrowTerminatingError(ErrorCatalogue.Record(e, Session.StoreFolder));
            }
        }

        return jobs;
    }

    /// <summary>Whether fal may be asked about the job in this session; else one error that says why not.</summary>
    private protected bool CanAsk(LipSyncJob job)
    {
        if (Session.CanAsk(job))
        {
            return true;
        }

        WriteFailure(new LipSyncException(LipSyncError.ApiKeyRejected,
            $"Job {job.Id} was sent to {job.Endpoint} with the key {job.KeyId}; this session has {Session.Endpoint.Name} and {Session.Credential?.KeyId}."), job);
        return false;
    }
}
