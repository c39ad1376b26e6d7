using System.Management.Automation;
using KlingLipSync.Jobs.Pairs;
using KlingLipSync.Jobs.Store;
using KlingLipSync.Media;

namespace KlingLipSync.Commands;

/// <summary>Quotes many clips at once: seconds, billed seconds, USD, what rounding costs, and the clips just past a step. Sends nothing.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "KlingLipSyncCost", DefaultParameterSetName = RowSet)]
[OutputType(typeof(LipSyncCost))]
public sealed class MeasureKlingLipSyncCostCommand : InputCommand
{
    private readonly MediaFiles files = new();
    private readonly List<LipSyncQuote> quotes = [];
    private readonly List<LipSyncPastStep> pastStep = [];
    private JobStore? store;
    private readonly HashSet<(string, string, string?)> seen = [];
    private int refused;

    /// <summary>Read the headers of URL inputs, by Range requests that fetch some kilobytes of each. Without it a URL counts as the longest clip that the endpoint takes.</summary>
    [Parameter]
    public SwitchParameter Probe { get; set; }

    /// <summary>Reads endpoint and store place.</summary>
    protected override void BeginProcessing()
    {
        OpenWithoutKey();
        base.BeginProcessing();
        store = StoreIfAny();
    }

    /// <summary>Writes the one quote.</summary>
    protected override void EndProcessing()
    {
        Start(async ct =>
        {
            await files.ProbeAsync(Requests.Select(ClipAlone).SelectMany(r => r.Urls), Session.Remote, ct).ConfigureAwait(false);
            Requests.ForEach(Add);
        });
        DrainToEnd();
        var total = LipSyncPrice.Total(quotes);
        WriteObject(new LipSyncCost
        {
            Clips = total.Clips,
            Refused = refused,
            Unread = total.UnknownClips,
            Seconds = (decimal)total.VideoDuration.Ticks / TimeSpan.TicksPerSecond,
            BilledSeconds = total.BilledSeconds,
            Cost = total.Usd,
            LeastCost = total.LowUsd,
            RoundingCost = total.RoundingUsd,
            Saving = pastStep.Sum(p => p.Saving),
            PastStep = [.. pastStep],
        });
    }

    private protected override void Take(PairRequest request)
    {
        if (Probe && request.Input.VideoUrl is not null)
        {
            base.Take(request);
        }
        else
        {
            Start(_ =>
            {
                Add(request);
                return Task.CompletedTask;
            });
            DrainToEnd();
        }
    }

    /// <summary>Off the pipeline thread: a share that hangs must not keep Ctrl+C waiting.</summary>
    private void Add(PairRequest request)
    {
        // Sounds cost nothing, by themselves or in a folder that is piped whole. A file that comes in twice is paid once; of a URL nobody knows.
        var input = request.Input;
        if (input is { VideoPath: null, VideoUrl: null } || (input.VideoPath is { } path && !seen.Add((path, string.Join('\n', input.AudioPath), input.AudioUrl))))
        {
            return;
        }

        foreach (var clip in LoneMedia.Check(ClipAlone(request), files, store).Where(m => !m.IsSound))
        {
            if (clip.Faults.Count > 0)
            {
                refused++;
                Post(() => Tell(clip));
                continue;
            }

            var times = Math.Max(1, request.Input.AudioPath.Length);
            quotes.AddRange(Enumerable.Repeat(clip.Facts is null ? LipSyncPrice.Unknown : LipSyncPrice.Quote(clip.Facts), times));
            if (clip.Facts is not null && LipSyncPrice.Trim(clip.Facts) is { } trim)
            {
                pastStep.Add(PastStep(clip, trim, times));
            }
        }
    }

    /// <summary>A clip that the rules refuse is counted. One that is not there is an error: it may be a mistyped name.</summary>
    private void Tell(LoneMedia clip)
    {
        foreach (var fault in clip.Faults)
        {
            if (fault.Error is LipSyncError.MediaUnfit or LipSyncError.OutputAsInput)
            {
                WriteVerbose($"Not priced: {fault.Message}");
            }
            else
            {
                WriteFailure(fault, clip.Input);
            }
        }
    }

    private static PairRequest ClipAlone(PairRequest request) => request with { Input = request.Input with { AudioPath = [], AudioUrl = null } };

    private static LipSyncPastStep PastStep(LoneMedia clip, LipSyncTrim trim, int times) => new()
    {
        Path = clip.Media!.ToString(),
        VideoPath = clip.Input.VideoPath,
        Duration = trim.From,
        BilledSeconds = LipSyncPrice.Quote(trim.From).BilledSeconds,
        TrimTo = trim.To,
        Saving = trim.SavedUsd * times,
        Remedy = clip.Findings.FirstOrDefault(f => f.Rule == "BilledStep")?.Remedy ?? "",
    };
}
