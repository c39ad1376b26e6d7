using KlingLipSync.Fal;
using KlingLipSync.Jobs.Store;
using KlingLipSync.Jobs.Waiting;
using KlingLipSync.Media;
using KlingLipSync.Remote;
using KlingLipSync.Results;

namespace KlingLipSync.Jobs;

/// <summary>Everything a command's work stands on: the service, the key, the store and the clock.</summary>
internal sealed class LipSyncSession : IDisposable
{
    private readonly Lazy<FalClient> fal;
    private readonly Lazy<FalSubmitter> submitter;
    private readonly Lazy<ResultDownload> download;
    private readonly Lazy<RemoteMedia> remote;
    private readonly Lazy<JobStore> store;
    private readonly Lazy<StatusPolls> polls;
    private readonly TimeSpan? horizon;

    public LipSyncSession(FalEndpoint endpoint, FalCredential? credential, string storeFolder, TimeProvider? time = null, Func<double>? random = null, TimeSpan? horizon = null)
    {
        // A shorter horizon is for rehearsals: against fal itself it would be money lost.
        this.horizon = endpoint is { IsCustom: true, IsLoopback: true } ? horizon : null;
        Endpoint = endpoint;
        Credential = credential;
        StoreFolder = storeFolder;
        Time = time ?? TimeProvider.System;
        Random = random ?? System.Random.Shared.NextDouble;

        // Nothing is opened before its first use: Get-KlingLipSyncJob -Local needs no key and no network.
        fal = new(() => new FalClient(Endpoint, RequireCredential(), Time, Random));
        submitter = new(() => new FalSubmitter(Endpoint, RequireCredential(), Time));
        download = new(() => new ResultDownload(Endpoint, Time, Random));
        remote = new(() => new RemoteMedia(Endpoint));
        store = new(() => new JobStore(StoreFolder, Time));
        polls = new(() => new StatusPolls(Fal, Time, Random));
        Streams = new StatusStreams(Time);
    }

    public FalEndpoint Endpoint { get; }

    public FalCredential? Credential { get; }

    public string StoreFolder { get; }

    public TimeProvider Time { get; }

    public Func<double> Random { get; }

    public FalClient Fal => fal.Value;

    public FalSubmitter Submitter => submitter.Value;

    public ResultDownload Download => download.Value;

    /// <summary>Reads the headers of URL inputs.</summary>
    public RemoteMedia Remote => remote.Value;

    public JobStore Store => store.Value;

    /// <summary>Asks fal about the waiting jobs that have no stream.</summary>
    public StatusPolls Polls => polls.Value;

    /// <summary>Which waiting jobs have a status stream.</summary>
    public StatusStreams Streams { get; }

    /// <summary>The payer in a pair's identity. fal tells nobody whose key it is, so the key's own id stands for the account.</summary>
    public string Account => RequireCredential().KeyId;

    /// <summary>What this session's jobs are budgeted as.</summary>
    public BudgetScope BudgetScope => new(Endpoint.Name, LipSyncModel.EndpointId, Account);

    /// <summary>The budgets that hold for this session's jobs, with what is surely left of them now. Makes no store and writes nothing.</summary>
    public IReadOnlyList<LipSyncBudget> BudgetsAtMost() => HasStore ? Store.BudgetsAtMost(BudgetScope) : [];

    /// <summary>An accepted job as fal's history has it; null when it does not.</summary>
    /// <exception cref="FalException">The history does not say.</exception>
    public Task<FalHistoryItem?> FindInHistoryAsync(LipSyncJob job, CancellationToken ct) =>
        // From a day before: our clock and fal's need not agree, and a request that is there must not be filtered out.
        Fal.FindInHistoryAsync(job.EndpointId, job.RequestId!, (job.SubmittedAt ?? job.CreatedAt).AddDays(-1), ct);

    /// <summary>From when on it can be proven that fal never had a request.</summary>
    public DateTimeOffset ProvableAt(Doubt doubt) => horizon is { } shortened ? doubt.FalIntentAt.Latest + shortened : doubt.ProvableAt;

    /// <summary>Whether this session may ask about the job: it was sent to this service with this key.</summary>
    public bool CanAsk(LipSyncJob job) =>
        Credential is not null && job.Endpoint == Endpoint.Name && job.KeyId == Credential.KeyId;

    /// <summary>Whether there is a store already; asking makes none.</summary>
    public bool HasStore => File.Exists(Path.Combine(StoreFolder, StoreFile.Name));

    /// <summary>Asks fal, without spending, whether it is there and knows the key.</summary>
    /// <exception cref="LipSyncException">It is not, or does not, or the account is locked.</exception>
    public Task ProveKeyAsync(CancellationToken ct) => Fal.ProveKeyAsync(LipSyncModel.EndpointId, ct);

    public FalCredential RequireCredential() => Credential ?? throw new LipSyncException(LipSyncError.NoApiKey,
        "There is no fal API key: none was given, none is connected, and FAL_KEY is not set.");

    public void Dispose()
    {
        DisposeOf(polls);
        DisposeOf(fal);
        DisposeOf(submitter);
        DisposeOf(download);
        DisposeOf(remote);
        DisposeOf(store);

        static void DisposeOf<T>(Lazy<T> part) where T : IDisposable
        {
            if (part.IsValueCreated)
            {
                part.Value.Dispose();
            }
        }
    }
}
