using KlingLipSync.Fal;

namespace KlingLipSync.Tests.Unit.Fal;

/// <summary>What tests of the paid request share: who sends it, and what is asked for.</summary>
internal static class PaidRequest
{
    public static FalSubmitRequest Queued { get; } = new("fal-ai/kling-video/lipsync/audio-to-video", new("https://v3.fal.media/v.mp4"), new("https://v3.fal.media/a.wav"))
    {
        StartTimeout = TimeSpan.FromHours(6),
    };

    public static FalSubmitRequest Blocking { get; } = Queued with { IsBlocking = true, StartTimeout = TimeSpan.FromMinutes(5) };

    public static FalSubmitter Submitter(string url, TimeProvider time) => new(FalEndpoint.Parse(url), FalCredential.Parse(Wire.Key), time);

    public static async Task<FalSubmission> SendAsync(string url, FalSubmitRequest request, Func<bool>? maySend = null)
    {
        using var submitter = Submitter(url, TimeProvider.System);
        return await submitter.SendAsync(request, maySend ?? (() => true));
    }

    /// <summary>Waits until the server has the request.</summary>
    public static async Task ArrivedAsync(WireServer server)
    {
        while (server.Requests.Length == 0)
        {
            await Task.Delay(5);
        }
    }
}
