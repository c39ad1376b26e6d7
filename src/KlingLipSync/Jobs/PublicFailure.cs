using KlingLipSync.Fal;

namespace KlingLipSync.Jobs;

/// <summary>Any failure by its stable name. What nobody foresaw is a fault of this module and says so.</summary>
internal static class PublicFailure
{
    public static LipSyncException Of(Exception e) => e switch
    {
        LipSyncException known => known,
        FalException fal => fal.ToLipSync(),
        _ => new LipSyncException(LipSyncError.Unexpected, e.Message, e),
    };
}
