using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using KlingLipSync.Fal;
using KlingLipSync.Results;
using KlingLipSync.Tests.Unit.Fal;

namespace KlingLipSync.Tests.Unit.Results;

/// <summary>What tests of downloads share: a video, hosts that serve it, and a folder to save it in.</summary>
public abstract class DownloadScene : IDisposable
{
    private protected static readonly byte[] Video = MakeVideo(3_000_000);

    private protected readonly string folder = Directory.CreateTempSubdirectory("klinglipsync-").FullName;

    public void Dispose()
    {
        Directory.Delete(folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private protected string Final => Path.Combine(folder, "clip.lipsync.mp4");

    private protected static ResultDownload Download(WireServer server) => new(FalEndpoint.Parse(server.Url), new HurriedTime(), () => 0.5);

    private protected static Uri Url(WireServer server) => new(server.Url + "/cdn/files/a/output.mp4");

    private protected static string Hex(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private protected static byte[] MakeVideo(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        "\0\0\0\u0018ftypisom"u8.CopyTo(bytes);
        return bytes;
    }

    /// <summary>An answer that breaks off after exactly so many bytes. Not by a reset, which throws away what was sent and not read yet.</summary>
    private protected static WireAnswer EndedEarly(int bytes, params (string Name, string Value)[] headers)
    {
        var answer = new WireAnswer { ContentType = "video/mp4", Write = (body, ct) => body.WriteAsync(Video.AsMemory(0, bytes), ct).AsTask() };
        answer.Headers["Content-Length"] = Video.Length.ToString(CultureInfo.InvariantCulture);
        answer.Headers["ETag"] = "\"e1\"";
        foreach (var (name, value) in headers)
            answer.Headers[name] = value;
        return answer;
    }

    private protected sealed class Steps(ConcurrentQueue<long> seen, Action? look = null) : IProgress<long>
    {
        public void Report(long value)
        {
            seen.Enqueue(value);
            look?.Invoke();
        }
    }
}
