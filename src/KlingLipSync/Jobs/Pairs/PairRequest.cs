using KlingLipSync.Jobs.Store;
using KlingLipSync.Results;

namespace KlingLipSync.Jobs.Pairs;

/// <summary>What the user named, with the command's own settings, before anything was looked at. Several sounds make several pairs.</summary>
/// <param name="Input">What was handed in: the target of every error about its pairs. All paths are full.</param>
/// <param name="Settings">What holds for all requests of one command.</param>
internal sealed record PairRequest(LipSyncInput Input, PairSettings Settings)
{
    /// <summary>The URLs among its inputs, as far as they are URLs.</summary>
    public IEnumerable<Uri> Urls => new[] { Input.VideoUrl, Input.AudioUrl }.OfType<string>()
        .Select(text => MediaInput.TryUrl(text, Settings.AllowLocalUrls)?.Url).OfType<Uri>();
}

/// <summary>What holds for all pairs of one command.</summary>
internal sealed record PairSettings
{
    /// <summary>Where to look for sounds instead of the clip's own folder.</summary>
    public string? AudioDirectory { get; init; }

    /// <summary>The same sounds were named for every clip at once, and not clip by clip.</summary>
    public bool SharesSounds { get; init; }

    /// <summary>The name of the saved file.</summary>
    public NameTemplate Template { get; init; } = NameTemplate.Parse(null);

    /// <summary>Whether a file in the way is overwritten.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Whether our own results may be clips.</summary>
    public bool AllowOutputAsInput { get; init; }

    /// <summary>What the endpoint's rules refuse is sent all the same.</summary>
    public bool SkipMediaCheck { get; init; }

    /// <summary>Whether URLs on this machine or its network are taken: only an endpoint that is here itself can fetch them.</summary>
    public bool AllowLocalUrls { get; init; }

    /// <summary>Whether a clip is left out because it is a result of an earlier run, which the same wildcard finds beside its clip.</summary>
    public bool LeavesOut(JobStore? store, string? clip) => !AllowOutputAsInput && clip is not null && store?.IsOutput(clip) == true;
}
