using KlingLipSync.Emulator.Http;
using KlingLipSync.Emulator.Jobs;
using KlingLipSync.Emulator.Model;
using KlingLipSync.Emulator.Storage;

namespace KlingLipSync.Emulator.Control;

/// <summary>Gathers what was accepted, stored and hit.</summary>
internal sealed class Ledger(JobBoard board, FileStore files, HitCounter counter, BaseAddress address)
{
    public LedgerSnapshot Snapshot() => new([.. board.All().Select(Entry)], files.Uploads, counter.Snapshot(), counter.KeyLeaks, counter.DownloadedBytes);

    private LedgerRequest Entry(JobView view)
    {
        var billed = view.Outcome?.BilledSeconds ?? 0;
        var output = view.Outcome?.Output;
        return new LedgerRequest(
            view.Job.Id,
            view.Job.EndpointId,
            view.Job.Input,
            view.Job.ReceivedAt,
            view.State.Wire(),
            view.Outcome?.Status,
            billed,
            Price.Usd(billed),
            output is null ? null : address.File(output.UrlPath),
            output?.Length,
            output?.Sha256,
            view.StartedAt,
            view.EndedAt,
            view.Job.Account.KeyId,
            view.Job.Headers);
    }
}
