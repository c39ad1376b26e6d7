using System.Net;
using System.Text;

namespace KlingLipSync.Bench.Wire;

/// <summary>Answers as fal gives them.</summary>
internal static class Answers
{
    private const string Request = "https://queue.fal.run/fal-ai/kling-video/requests/019a0000-0000-7000-8000-000000000000";

    private const string Links = $$"""
        "request_id":"019a0000-0000-7000-8000-000000000000","response_url":"{{Request}}","status_url":"{{Request}}/status","cancel_url":"{{Request}}/cancel"
        """;

    public static readonly byte[] Queued = Bytes($$"""{"status":"IN_QUEUE",{{Links}},"queue_position":12}""");

    public static readonly byte[] Running = Bytes($$"""{"status":"IN_PROGRESS",{{Links}},"logs":null}""");

    public static readonly byte[] Result = Bytes("""
        {"video":{"url":"https://v3b.fal.media/files/b/0a1b2c3d/019a_output.mp4","content_type":"video/mp4","file_name":"output.mp4","file_size":2400000}}
        """);

    public static readonly byte[] Refusal = Bytes("""
        {"detail":[{"loc":["body","video_url"],"msg":"No face could be detected in the video","type":"face_detection_error","url":"https://docs.fal.ai/errors/#face_detection_error","input":"https://v3b.fal.media/files/b/0a1b2c3d/clip.mp4"}]}
        """);

    /// <summary>A stream of so many states with a comment after every tenth, as the keep-alives of a long job.</summary>
    public static byte[] Stream(int states)
    {
        var text = new StringBuilder();
        for (var i = 0; i < states; i++)
        {
            text.Append("data: ").Append(Encoding.UTF8.GetString(i % 2 == 0 ? Queued : Running)).Append("\n\n");
            if (i % 10 == 9)
            {
                text.Append(": keep-alive\n\n");
            }
        }

        return Bytes(text.ToString());
    }

    /// <summary>An answer with its headers.</summary>
    public static HttpResponseMessage Of(HttpStatusCode status, byte[] body)
    {
        var response = new HttpResponseMessage(status) { Content = new ByteArrayContent(body) };
        response.Content.Headers.ContentType = new("application/json");
        response.Headers.Date = DateTimeOffset.UnixEpoch;
        response.Headers.Add("x-fal-request-id", "019a0000-0000-7000-8000-000000000000");
        response.Headers.Add("x-fal-billable-units", "5");
        return response;
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
