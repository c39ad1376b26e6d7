using KlingLipSync.Fal;

namespace KlingLipSync.Jobs;

/// <summary>Any failure by its stable name. What nobody foresaw is a fault of this module and says so.</summary>
internal static class PublicFailure
{
    /// <param name="e">The failure.</param>
    /// <param name="credential">The key that must not be in its words.</param>
    public static LipSyncException Of(Exception e, FalCredential? credential) => e switch
    {
        LipSyncException known => known,
        FalException fal => fal.ToLipSync(),
        _ => new LipSyncException(LipSyncError.Unexpected, FalRedaction.Clean(e.Message, credential), FalRedaction.Cause(e, credential)),
    };
}
