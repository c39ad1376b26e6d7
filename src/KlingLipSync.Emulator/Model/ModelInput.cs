using System.Text.Json;
using KlingLipSync.Emulator.Jobs;

namespace KlingLipSync.Emulator.Model;

/// <summary>The two fields of the endpoint.</summary>
internal sealed record ModelInput(string VideoUrl, string AudioUrl)
{
    /// <summary>The video's name in its URL, which steers what the model does with it.</summary>
    public bool Says(string word) => FileName(VideoUrl).Contains(word, StringComparison.OrdinalIgnoreCase);

    /// <summary>Null with a failure when the fields are not there.</summary>
    public static ModelInput? Read(JsonElement body, out Outcome? failure)
    {
        failure = null;
        if (body.ValueKind != JsonValueKind.Object)
        {
            failure = ModelFailure.Schema([ModelFailure.NotAnObject(body)]);
            return null;
        }

        List<object> faults = [];
        var video = Field(body, "video_url", faults);
        var audio = Field(body, "audio_url", faults);
        if (video is not null && audio is not null)
            return new ModelInput(video, audio);
        failure = ModelFailure.Schema(faults);
        return null;
    }

    private static string? Field(JsonElement body, string name, List<object> faults)
    {
        if (!body.TryGetProperty(name, out var value))
            faults.Add(ModelFailure.Missing(name, body));
        else if (value.ValueKind != JsonValueKind.String)
            faults.Add(ModelFailure.NotText(name, value));
        else
            return value.GetString();
        return null;
    }

    private static string FileName(string url)
    {
        if (url.StartsWith("data:", StringComparison.OrdinalIgnoreCase))
            return "";
        var end = url.IndexOfAny(['?', '#']);
        var path = end < 0 ? url : url[..end];
        return Uri.UnescapeDataString(path[(path.LastIndexOf('/') + 1)..]);
    }
}
