using KlingLipSync.Emulator.Http;
using KlingLipSync.Emulator.Jobs;

namespace KlingLipSync.Emulator.Model;

/// <summary>What runs when a request's turn comes. It moves no lips.</summary>
internal sealed class LipSyncModel(EmulatorOptions options, InputFetch fetch, OutputMaker outputs, BaseAddress address)
{
    public const string App = "fal-ai/kling-video";
    public const string Path = "/lipsync/audio-to-video";

    private const int Stages = 4;

    public async Task<Outcome> RunAsync(Job job, Action<string> log, CancellationToken cancellationToken)
    {
        if (job.Path != Path)
            return ModelFailure.UnknownPath(job.Path);
        var input = ModelInput.Read(job.Input, out var failure);
        if (input is null)
            return failure!;
        if (input.Says("crash"))
            return ModelFailure.Crash();

        log("Downloading the inputs");
        failure = fetch.Fetch(input, out var fetched);
        if (failure is not null)
            return failure;
        job.TakenInSeconds = fetched.BilledSeconds;
        log($"Inputs accepted: {fetched.BilledSeconds} s of video will be billed");
        // An app is free to ignore a cancellation; this name makes it do so.
        await WorkAsync(log, input.Says("stubborn") ? CancellationToken.None : cancellationToken);
        return Steered(input, fetched) ?? await SucceedAsync(job, fetched, log, input.Says("stubborn") ? CancellationToken.None : cancellationToken);
    }

    private async Task WorkAsync(Action<string> log, CancellationToken cancellationToken)
    {
        var time = options.RunTime;
        if (options.LongestRunTime is { } longest && longest > time)
            time += (longest - time) * Random.Shared.NextDouble();
        if (time <= TimeSpan.Zero)
            return;
        for (var stage = 1; stage <= Stages; stage++)
        {
            await Task.Delay(time / Stages, options.Clock, cancellationToken);
            log($"Progress: {stage * 100 / Stages} %");
        }
    }

    private static Outcome? Steered(ModelInput input, FetchedInput fetched)
    {
        if (input.Says("noface"))
            return ModelFailure.Refused("video_url", "No face could be detected in the video", "face_detection_error", null, input.VideoUrl, fetched.BilledSeconds);
        if (input.Says("policy"))
            return ModelFailure.Refused("video_url", "The content was flagged by a content checker", "content_policy_violation", null, input.VideoUrl, fetched.BilledSeconds);
        return input.Says("partner") ? ModelFailure.PartnerDown() : null;
    }

    private async Task<Outcome> SucceedAsync(Job job, FetchedInput fetched, Action<string> log, CancellationToken cancellationToken)
    {
        var output = await outputs.MakeAsync(job, fetched, cancellationToken);
        log("Output uploaded");
        var video = new { url = address.File(output.UrlPath), content_type = output.ContentType, file_name = "output.mp4", file_size = output.Length };
        return Outcome.Of(200, new { video }) with { BilledSeconds = fetched.BilledSeconds, Units = fetched.BilledSeconds.ToString(), Output = output };
    }
}
