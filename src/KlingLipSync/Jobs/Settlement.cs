using KlingLipSync.Fal;
using KlingLipSync.Jobs.Store;
using KlingLipSync.Media;

namespace KlingLipSync.Jobs;

/// <summary>
/// Looks up in fal's history what became of paid requests whose answer was lost. They are known there by the input URLs that
/// they were sent with; what is found takes its place in the store. Costs nothing and may be repeated by anyone.
/// </summary>
internal sealed class Settlement(LipSyncSession session)
{
    /// <summary>fal's whole seconds, and the way to it.</summary>
    private static readonly TimeSpan ClockSlack = TimeSpan.FromMinutes(2);

    /// <summary>One pass over the history. Never throws for what fal answers or does not: the doubts then stay.</summary>
    public async Task<SettlementReport> LookAsync(CancellationToken ct)
    {
        var doubts = session.Store.Doubts(session.BudgetScope);
        if (doubts.Count == 0)
        {
            return SettlementReport.Nothing;
        }

        var pass = new Pass(session, doubts);
        try
        {
            var pages = session.Fal.ReadHistoryAsync(LipSyncModel.EndpointId, doubts.Min(d => d.FalIntentAt.Earliest) - ClockSlack, ct);
            await foreach (var page in pages.ConfigureAwait(false))
            {
                pass.Take(page);
            }
        }
        catch (FalException e)
        {
            return pass.Report($"fal's history could not be read: {e.Detail}");
        }

        return pass.Report(trouble: null);
    }

    /// <summary>Looks if any of the jobs is in doubt, and puts what the store has of those jobs then in their places, with the reason where they still are.</summary>
    public async Task RefreshAsync(List<LipSyncJob> jobs, CancellationToken ct)
    {
        var doubtful = Enumerable.Range(0, jobs.Count)
            .Where(i => jobs[i].State is LipSyncJobState.Unconfirmed or LipSyncJobState.Submitting && session.CanAsk(jobs[i])).ToList();
        if (doubtful.Count == 0)
        {
            return;
        }

        var report = await LookAsync(ct).ConfigureAwait(false);
        foreach (var i in doubtful)
        {
            var job = session.Store.Find(jobs[i].Id) ?? jobs[i];
            jobs[i] = report.Open.TryGetValue(job.Id, out var why) ? job with { ErrorMessage = $"{job.ErrorMessage} {why}" } : job;
        }
    }

    private sealed class Pass(LipSyncSession session, IReadOnlyList<Doubt> doubts)
    {
        private readonly ILookup<(string, string), Doubt> byInputs = doubts.ToLookup(d => (d.VideoUrl, d.AudioUrl));
        private readonly HashSet<Doubt> found = [];
        private readonly List<LateFind> late = [];
        private DateTimeOffset? asOf, witness;
        private bool sawOursWithoutInput;

        public void Take(FalHistoryPage page)
        {
            // What ends while later pages are read comes in before the first one: the list is as old as its first page.
            asOf ??= page.Date ?? DateTimeOffset.MinValue;
            foreach (var item in page.Items)
            {
                if (session.Store.SentAs(item.RequestId) is { } ours)
                {
                    Testify(item, ours);
                }
                else if (item.HasInput && Match(item) is { } doubt)
                {
                    Book(doubt, item);
                }
            }
        }

        public SettlementReport Report(string? trouble)
        {
            var open = doubts.Where(d => !d.IsAbsent && !found.Contains(d)).ToList();
            return new SettlementReport(
                open.Where(d => trouble is null && IsPast(d) && IsWitnessed(d)).ToHashSet(),
                open.ToDictionary(d => d.JobId, d => trouble ?? WhyNot(d)),
                late);
        }

        private bool IsPast(Doubt doubt) => asOf > session.ProvableAt(doubt);

        private bool IsWitnessed(Doubt doubt) => witness > doubt.FalIntentAt.Latest;

        private string WhyNot(Doubt doubt) => (IsPast(doubt), IsWitnessed(doubt)) switch
        {
            (false, _) => $"fal's history does not have it yet; that fal never had it can be proven from {session.ProvableAt(doubt):yyyy-MM-dd HH:mm:ss}Z on.",
            (true, false) when sawOursWithoutInput =>
                "fal's history shows requests without their inputs: payload storage is switched off, so that nothing can be found or proven there.",
            (true, false) => "fal's history does not have it, but shows no later request of this store either, which would prove that it is complete: run any other clip first.",
            _ => "It is proven that fal never had it.",
        };

        /// <summary>A request of ours that the history shows with its input proves that it shows such requests.</summary>
        private void Testify(FalHistoryItem item, (string VideoUrl, string AudioUrl, DateTimeOffset FalIntentAt) ours)
        {
            if (item.VideoUrl == ours.VideoUrl && item.AudioUrl == ours.AudioUrl)
            {
                Witness(item.SentAt ?? ours.FalIntentAt);
            }
            else if (!item.HasInput)
            {
                sawOursWithoutInput = true;
            }
        }

        private void Witness(DateTimeOffset at) => witness = witness > at ? witness : at;

        /// <summary>The latest of our attempts that may be this request: fal cannot have had it before we were about to send it.</summary>
        private Doubt? Match(FalHistoryItem item) => byInputs[(item.VideoUrl!, item.AudioUrl!)]
            .Where(d => !found.Contains(d) && (item.SentAt is not { } sent || d.FalIntentAt.Earliest - ClockSlack <= sent))
            .MaxBy(d => d.FalIntentAt.Earliest);

        private void Book(Doubt doubt, FalHistoryItem item)
        {
            found.Add(doubt);
            var urls = FalClient.UrlsFor(session.Endpoint, LipSyncModel.EndpointId, item.RequestId);
            var accepted = item.SentAt ?? doubt.FalIntentAt.Earliest;
            Witness(accepted);
            var receipt = new Receipt(item.RequestId, new JobAddress(urls.Status.AbsoluteUri, urls.Response.AbsoluteUri, urls.Cancel.AbsoluteUri));
            if (session.Store.WriteFound(doubt, receipt, accepted) != FoundAs.Late)
            {
                return;
            }

            if (item.Result is { } result && session.Store.Find(doubt.JobId) is { } job && ResultReading.Read(result, job, inference: null) is { } end)
            {
                session.Store.WriteLateEnd(doubt, end);
            }

            late.Add(new LateFind(doubt.JobId, item.RequestId));
        }
    }
}

/// <summary>What a look into fal's history came to.</summary>
/// <param name="Absent">Attempts of which it is proven that fal never had them.</param>
/// <param name="Open">What is still in doubt, by job, and why.</param>
/// <param name="Late">Requests that were taken for absent and paid anew, and were found.</param>
internal sealed record SettlementReport(IReadOnlySet<Doubt> Absent, IReadOnlyDictionary<string, string> Open, IReadOnlyList<LateFind> Late)
{
    public static readonly SettlementReport Nothing = new(new HashSet<Doubt>(), new Dictionary<string, string>(), []);
}

/// <summary>A second payment for one pair.</summary>
internal sealed record LateFind(string JobId, string RequestId);
