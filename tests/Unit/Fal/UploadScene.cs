using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using KlingLipSync.Emulator;
using KlingLipSync.Fal;

namespace KlingLipSync.Tests.Unit.Fal;

/// <summary>What tests of uploads share: files, hosts that take them, and what was told of the way.</summary>
public abstract class UploadScene
{
    private protected static readonly FalLifecycle Hour = new(TimeSpan.FromHours(1));
    private protected static readonly Comparer<string> ByNumber = Comparer<string>.Create((a, b) => a.Length == b.Length ? string.CompareOrdinal(a, b) : a.Length - b.Length);
    private protected static readonly byte[] Clip = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("clip ", 50_000)));

    private protected static FalClient Client(EmulatorServer emulator) =>
        new(FalEndpoint.Parse(emulator.Url.AbsoluteUri), FalCredential.Parse("demo:demo"), new HurriedTime(), () => 0.5);

    private protected static FalUploadSource Source(byte[] bytes, string name = "clip.mp4") =>
        new(name, "video/mp4", bytes.Length, () => new MemoryStream(bytes, writable: false));

    private protected static FalUploadSource Generated(long length) => new("clip.mp4", "video/mp4", length, () => new GeneratedStream(length));

    private protected static string Hex(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>A storage host whose n-th target is numbered n; <paramref name="put"/> answers what comes for it.</summary>
    private protected static WireServer Storage(Func<int, WireAnswer> put)
    {
        var targets = 0;
        WireServer? server = null;
        server = new WireServer(request =>
        {
            if (request.Target.Contains("/complete", StringComparison.Ordinal))
                return WireAnswer.Empty(200);
            if (request.Method == "PUT")
                return put(targets);
            targets++;
            return WireAnswer.Json(200, $$"""{"upload_url":"{{server!.Url}}/cdn/upload/{{targets}}?sig=s","file_url":"{{server.Url}}/cdn/files/{{targets}}.mp4"}""");
        });
        return server;
    }

    /// <summary>The same for a file in parts; <paramref name="part"/> answers each by its number.</summary>
    private protected static WireServer Parts(Func<int, WireAnswer> part)
    {
        WireServer? server = null;
        server = new WireServer(request => request switch
        {
            { Method: "PUT", Target: var target } => part(int.Parse(target.Split('/', '?')[^2], System.Globalization.CultureInfo.InvariantCulture)),
            { Target: var target } when target.Contains("/complete", StringComparison.Ordinal) => WireAnswer.Empty(200),
            _ => WireAnswer.Json(200, $$"""{"upload_url":"{{server!.Url}}/cdn/upload/1?sig=s","file_url":"{{server.Url}}/cdn/files/1.mp4"}"""),
        });
        return server;
    }

    private protected sealed class Steps : IProgress<long>
    {
        public ConcurrentQueue<long> Values { get; } = new();

        public void Report(long value) => Values.Enqueue(value);
    }
}
