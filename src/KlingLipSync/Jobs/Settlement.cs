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
            // What fal has no inputs of any more cannot be found, and would make every look as long as the history.
            var since = doubts.Min(d => d.FalIntentAt.Earliest) - ClockSlack;
            var oldest = session.Fal.Clock.Now - Retention.Inputs;
            var pages = session.Fal.ReadHistoryAsync(LipSyncModel.EndpointId, since > oldest ? since : oldest, ct);
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
        private DateTimeOffset? asOf, blind;
        private long witness;

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
                else if (!item.HasInput)
                {
                    // Whose it is nobody can tell: it may be the very one that is looked for.
                    blind = Later(blind, item.SentAt ?? item.EndedAt ?? DateTimeOffset.MaxValue);
                }
                else if (Match(item) is { } doubt)
                {
                    Book(doubt, item);
                }
            }
        }

        public SettlementReport Report(string? trouble)
        {
            var open = doubts.Where(d => !d.IsAbsent && !found.Contains(d)).ToList();
            return new SettlementReport(
                open.Where(d => trouble is null && IsProven(d)).ToHashSet(),
                open.ToDictionary(d => d.JobId, d => trouble ?? WhyNot(d)),
                IsWhole: trouble is null);
        }

        private bool IsProven(Doubt doubt) => IsPast(doubt) && !IsForgotten(doubt) && !MayBeBlind(doubt) && IsWitnessed(doubt);

        private bool IsPast(Doubt doubt) => asOf > session.ProvableAt(doubt);

        /// <summary>fal keeps inputs for a month: a request of before shows none any more.</summary>
        private bool IsForgotten(Doubt doubt) => asOf - doubt.FalIntentAt.Earliest > Retention.Inputs;

        private bool MayBeBlind(Doubt doubt) => blind >= doubt.FalIntentAt.Earliest - ClockSlack;

        private bool IsWitnessed(Doubt doubt) => witness > doubt.Order;

        private string WhyNot(Doubt doubt) => doubt switch
        {
            _ when !IsPast(doubt) =>
                $"fal's history does not have it yet; that fal never had it can be proven from {session.ProvableAt(doubt):yyyy-MM-dd HH:mm:ss}Z on.",
            _ when IsForgotten(doubt) =>
                "It is too long ago: fal keeps the inputs of requests for a month, so that nothing can be found or proven any more.",
            _ when MayBeBlind(doubt) =>
                "fal's history shows a request without its inputs, which may be this one: payload storage is switched off, or payloads were deleted, so that nothing can be proven.",
            _ when !IsWitnessed(doubt) =>
                "fal's history does not have it, but shows no later request of this store either, which would prove that it is complete: run any other clip first.",
            _ => "It is proven that fal never had it.",
        };

        /// <summary>A request of ours that the history shows with its input proves that it shows such requests.</summary>
        private void Testify(FalHistoryItem item, (string VideoUrl, string AudioUrl, long Order) ours)
        {
            if (item.VideoUrl == ours.VideoUrl && item.AudioUrl == ours.AudioUrl)
            {
                witness = Math.Max(witness, ours.Order);
            }
        }

        /// <summary>The latest of our attempts that may be this request: fal cannot have had it before we were about to send it.</summary>
        private Doubt? Match(FalHistoryItem item) => byInputs[(item.VideoUrl!, item.AudioUrl!)]
            .Where(d => !found.Contains(d) && (item.SentAt is not { } sent || d.FalIntentAt.Earliest - ClockSlack <= sent))
            .MaxBy(d => d.FalIntentAt.Earliest);

        private void Book(Doubt doubt, FalHistoryItem item)
        {
            found.Add(doubt);
            var urls = FalClient.UrlsFor(session.Endpoint, LipSyncModel.EndpointId, item.RequestId);
            var accepted = item.SentAt ?? doubt.FalIntentAt.Earliest;
            witness = Math.Max(witness, doubt.Order);
            var receipt = new Receipt(item.RequestId, new JobAddress(urls.Status.AbsoluteUri, urls.Response.AbsoluteUri, urls.Cancel.AbsoluteUri));
            if (session.Store.WriteFound(doubt, receipt, accepted) == FoundAs.Late
                && session.Store.FindByAnyId(item.RequestId) is { } second && ResultReading.Read(item, second) is { } end)
            {
                session.Store.WriteLateEnd(doubt.JobId, doubt.Number, end);
            }
        }

        private static DateTimeOffset Later(DateTimeOffset? one, DateTimeOffset other) => one > other ? one.Value : other;
    }
}

/// <summary>What a look into fal's history came to.</summary>
/// <param name="Absent">Attempts of which it is proven that fal never had them.</param>
/// <param name="Open">What is still in doubt, by job, and why.</param>
/// <param name="IsWhole">Whether all of the history was seen.</param>
internal sealed record SettlementReport(IReadOnlySet<Doubt> Absent, IReadOnlyDictionary<string, string> Open, bool IsWhole = true)
{
    public static readonly SettlementReport Nothing = new(new HashSet<Doubt>(), new Dictionary<string, string>());
}
