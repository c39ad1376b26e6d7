namespace KlingLipSync.Bench.Chaos;

/// <summary>One clip with its sound, as a row of the batch names it and as fal's ledger shows it.</summary>
/// <param name="Name">The clip's base name.</param>
/// <param name="Video">The clip's full path, or its URL.</param>
/// <param name="Audio">The sound's full path, or its URL.</param>
/// <param name="VideoContent">What tells the clip: the hash of its bytes, or its URL.</param>
/// <param name="AudioContent">What tells the sound.</param>
/// <param name="BilledSeconds">The seconds that fal bills for it.</param>
/// <param name="IsFurther">Whether it came in later, after the batch.</param>
internal sealed record Pair(string Name, string Video, string Audio, string VideoContent, string AudioContent, int BilledSeconds, bool IsFurther)
{
    public bool IsUrl => Video.Contains("://", StringComparison.Ordinal);

    /// <summary>The name that its result is saved under.</summary>
    public string OutputName
    {
        get
        {
            var audio = Path.GetFileNameWithoutExtension(Audio);
            return audio == Name ? $"{Name}.lipsync.mp4" : $"{Name}.{audio}.lipsync.mp4";
        }
    }

    /// <summary>What fal bills for it, in USD.</summary>
    public decimal Price => BilledSeconds * 0.014m;
}
