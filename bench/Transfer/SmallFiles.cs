using System.Buffers;
using System.Diagnostics;
using System.Security.Cryptography;
using KlingLipSync.Fal;
using KlingLipSync.Jobs;

namespace KlingLipSync.Bench.Transfer;

/// <summary>Hashing ten thousand files of 20 KB: by plain reads, as the engine does it, and by asynchronous ones.</summary>
internal static class SmallFiles
{
    private const int Files = 10_000, Bytes = 20_000;

    public static async Task<IReadOnlyList<SmallRow>> MeasureAsync(string folder)
    {
        var bytes = new byte[Bytes];
        new Random(1).NextBytes(bytes);
        var paths = Enumerable.Range(0, Files).Select(n => Path.Combine(folder, $"small{n}.mp4")).ToList();
        paths.ForEach(path => File.WriteAllBytes(path, bytes));
        var ways = new (string Work, Func<string, Task> Hash, List<(double Clock, double Cpu)> Seen)[]
        {
            ("hashed, plain reads", PlainAsync, []),
            ("hashed, asynchronous reads", AsynchronousAsync, []),
        };
        for (var n = 0; n <= Measured.Times; n++)
        {
            foreach (var (_, hash, seen) in ways)
            {
                var once = await OnceAsync(paths, hash);
                if (n > 0)
                    seen.Add(once);
            }
        }

        return [.. ways.Select(way => new SmallRow(way.Work, way.Seen.Select(s => s.Clock).Median(), way.Seen.Select(s => s.Cpu).Median()))];
    }

    private static async Task<(double Clock, double Cpu)> OnceAsync(List<string> paths, Func<string, Task> hash)
    {
        using var self = Process.GetCurrentProcess();
        var cpu = self.TotalProcessorTime;
        var clock = Stopwatch.GetTimestamp();
        await Task.Run(async () =>
        {
            foreach (var path in paths)
                await hash(path);
        });
        self.Refresh();
        return (Stopwatch.GetElapsedTime(clock).TotalMicroseconds / Files, (self.TotalProcessorTime - cpu).TotalMicroseconds / Files);
    }

    private static async Task PlainAsync(string path)
    {
        using var file = MediaInput.Open(path);
        await FalDigest.OfAsync(file, default);
    }

    private static async Task AsynchronousAsync(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.Asynchronous | FileOptions.SequentialScan);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(128 << 10);
        for (int read; (read = await file.ReadAsync(buffer)) > 0;)
            hash.AppendData(buffer, 0, read);
        hash.GetHashAndReset();
        ArrayPool<byte>.Shared.Return(buffer);
    }
}
