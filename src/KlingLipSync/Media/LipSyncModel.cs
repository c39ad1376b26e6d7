namespace KlingLipSync.Media;

/// <summary>The one model this module is for.</summary>
public static class LipSyncModel
{
    /// <summary>The model's id at fal, as in <c>https://queue.fal.run/fal-ai/kling-video/lipsync/audio-to-video</c>.</summary>
    public const string EndpointId = "fal-ai/kling-video/lipsync/audio-to-video";
}
