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
        return
        [
            await OneAsync("hashed, plain reads", async path =>
            {
                using var file = MediaInput.Open(path);
                await FalDigest.OfAsync(file, default);
            }),
            await OneAsync("hashed, asynchronous reads", async path =>
            {
                using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.Asynchronous | FileOptions.SequentialScan);
                using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                var buffer = new byte[128 << 10];
                for (int read; (read = await file.ReadAsync(buffer)) > 0;)
                    hash.AppendData(buffer, 0, read);
                hash.GetHashAndReset();
            }),
        ];

        async Task<SmallRow> OneAsync(string work, Func<string, Task> hash)
        {
            var seen = new List<double>();
            for (var n = 0; n <= Measured.Times; n++)
            {
                var clock = Stopwatch.GetTimestamp();
                foreach (var path in paths)
                    await Task.Run(() => hash(path));
                if (n > 0)
                    seen.Add(Stopwatch.GetElapsedTime(clock).TotalMicroseconds / Files);
            }

            return new SmallRow(work, seen.Median());
        }
    }
}
