using System.Management.Automation;
using KlingLipSync.Jobs.Pairs;
using KlingLipSync.Jobs.Store;

namespace KlingLipSync.Commands;

/// <summary>What the commands share that judge clips, sounds and pairs. Nothing is sent anywhere; a URL is read only with -Probe.</summary>
public abstract class MediaCommand : PairCommand
{
    private readonly MediaFiles files = new();
    private JobStore? store;

    /// <summary>Judge each clip together with the sound that belongs to it, and the whole input as one batch: who lacks a partner, whose results would collide.</summary>
    [Parameter]
    public SwitchParameter Pair { get; set; }

    /// <summary>Read the headers of URL inputs, by Range requests that fetch some kilobytes of each. Without it a URL is only looked at as text.</summary>
    [Parameter]
    public SwitchParameter Probe { get; set; }

    private protected sealed override bool IsRehearsal => true;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        OpenWithoutKey();
        base.BeginProcessing();
        store = StoreIfAny();
    }

    /// <summary>Judges what could not be judged as it came.</summary>
    protected override void EndProcessing()
    {
        if (Requests.Count == 0)
        {
            return;
        }

        Start(async ct =>
        {
            if (Probe)
            {
                await files.ProbeAsync(Requests.SelectMany(r => r.Urls), Session.Remote, ct).ConfigureAwait(false);
            }

            var preflight = new Preflight(store, files, Requests.FindAll(IsPair), Session.Time.GetUtcNow(), isRehearsal: true);
            foreach (var request in Requests)
            {
                ct.ThrowIfCancellationRequested();
                if (!IsPair(request))
                {
                    Judge(request);
                    continue;
                }

                foreach (var pair in preflight.Check(request))
                {
                    Post(() => Emit(MediaReports.OfPair(pair)));
                }
            }

            foreach (var orphan in preflight.Orphans())
            {
                Post(() => EmitOrphan(MediaReports.OfOrphan(orphan)));
            }
        });
        DrainToEnd();
    }

    /// <summary>A report on one input.</summary>
    private protected abstract void Emit(LipSyncMediaReport report);

    /// <summary>A report on a sound that no clip goes with, and that was no input itself.</summary>
    private protected abstract void EmitOrphan(LipSyncMediaReport report);

    /// <summary>A file alone is judged as it comes. Pairs and URLs to be read wait for the end, and whatever comes after them: answers keep the input's order.</summary>
    private protected override void Take(PairRequest request)
    {
        if (Requests.Count > 0 || IsPair(request) || (Probe && request.Urls.Any()))
        {
            base.Take(request);
            return;
        }

        Start(_ =>
        {
            Judge(request);
            return Task.CompletedTask;
        });
        DrainToEnd();
    }

    private bool IsPair(PairRequest request) => request.Input is { VideoPath: not null } or { VideoUrl: not null }
        && (Pair || AudioDirectory is not null || request.Input is { AudioPath.Length: > 0 } or { AudioUrl: not null });

    /// <summary>Off the pipeline thread: a share that hangs must not keep Ctrl+C waiting.</summary>
    private void Judge(PairRequest request)
    {
        try
        {
            foreach (var one in LoneMedia.Check(request, files, store))
            {
                var report = MediaReports.OfOne(one);
                Post(() => Emit(report));
            }
        }
        catch (LipSyncException e)
        {
            Post(() => Fail(e, request.Input));
        }
    }
}
