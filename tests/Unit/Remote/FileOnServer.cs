using System.Globalization;
using KlingLipSync.Tests.Unit.Fal;

namespace KlingLipSync.Tests.Unit.Remote;

/// <summary>A web server with one file that serves the parts that are asked for, as file hosts do.</summary>
internal static class FileOnServer
{
    public static WireAnswer Part(WireRequest request, byte[] file, string tag = "\"v1\"")
    {
        var range = request.Header("Range")!["bytes=".Length..].Split('-').Select(n => long.Parse(n, CultureInfo.InvariantCulture)).ToArray();
        if (range[0] >= file.Length)
        {
            return new WireAnswer { Status = 416, Headers = { ["Content-Range"] = $"bytes */{file.Length}" } };
        }

        var end = Math.Min(range[1], file.Length - 1);
        return new WireAnswer
        {
            Status = 206,
            ContentType = "video/mp4",
            Headers = { ["Content-Range"] = $"bytes {range[0]}-{end}/{file.Length}", ["ETag"] = tag },
            Body = file[(int)range[0]..(int)(end + 1)],
        };
    }
}
