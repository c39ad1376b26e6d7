using System.Diagnostics;
using System.Net;

namespace KlingLipSync.Bench.Transfer;

/// <summary>The same traffic over pooled HTTP/1.1 connections and over HTTP/2, each time with a handler that has no connection yet.</summary>
internal static class Protocols
{
    private const int Calls = 1000, CallsAtOnce = 64, Files = 16;

    public static async Task<IReadOnlyList<ProtocolRow>> MeasureAsync(string url)
    {
        var bytes = new byte[10 << 20];
        new Random(1).NextBytes(bytes);
        var rows = new List<ProtocolRow>();
        await AddAsync($"{Calls:N0} small calls, {CallsAtOnce} at once", Calls, CallsAtOnce, version => Request(HttpMethod.Get, $"{url}/small", version));
        foreach (var atOnce in new[] { 1, 2, 4, 8 })
            await AddAsync($"{Files} PUTs of 10 MiB, {atOnce} at once", Files, atOnce, version => Request(HttpMethod.Put, $"{url}/cdn/upload/1", version, new ByteArrayContent(bytes)));
        await AddAsync($"{Files} downloads of 10 MiB, 4 at once", Files, 4, version => Request(HttpMethod.Get, $"{url}/file", version));
        return rows;

        async Task AddAsync(string work, int count, int atOnce, Func<Version, HttpRequestMessage> make)
        {
            var seen = new[] { HttpVersion.Version11, HttpVersion.Version20 }.ToDictionary(v => v, _ => new List<(double Wall, double Cpu)>());
            for (var n = 0; n <= Measured.Times; n++)
            {
                foreach (var version in seen.Keys)
                {
                    var once = await OnceAsync(count, atOnce, () => make(version));
                    if (n > 0)
                        seen[version].Add(once);
                }
            }

            rows.AddRange(seen.Select(s => new ProtocolRow(work, s.Key == HttpVersion.Version11 ? "HTTP/1.1" : "HTTP/2", s.Value.Select(v => v.Wall).Median(), s.Value.Select(v => v.Cpu).Median())));
        }
    }

    private static async Task<(double Wall, double Cpu)> OnceAsync(int count, int atOnce, Func<HttpRequestMessage> make)
    {
        using var handler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true, UseProxy = false, UseCookies = false };

        // The certificate is this benchmark's own, and the server this machine's.
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        using var invoker = new HttpMessageInvoker(handler);
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var clock = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = atOnce }, async (_, ct) =>
        {
            using var request = make();
            using var response = await invoker.SendAsync(request, ct);
            response.EnsureSuccessStatusCode();
            if (response.Version != request.Version)
                throw new InvalidOperationException($"It went over {response.Version}.");
            await response.Content.CopyToAsync(Stream.Null, ct);
        });
        return (Stopwatch.GetElapsedTime(clock).TotalMilliseconds, (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalMilliseconds);
    }

    private static HttpRequestMessage Request(HttpMethod method, string url, Version version, HttpContent? content = null) =>
        new(method, url) { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = content };
}
