using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using KlingLipSync.Emulator.Jobs;
using KlingLipSync.Emulator.Storage;

namespace KlingLipSync.Emulator.Model;

/// <summary>Makes the output video. No two are equal, and none equals its input: each ends in a box with its request id.</summary>
internal sealed class OutputMaker(FileStore files, Ffmpeg ffmpeg, TimeProvider clock)
{
    private static readonly byte[] Stub = LoadStub();

    public async Task<StoredFile> MakeAsync(Job job, FetchedInput input, CancellationToken cancellationToken)
    {
        var tail = FreeBox(job.Id);
        var file = input.Video?.DiskPath is { } video
            ? await OnDiskAsync(job, video, input, tail, cancellationToken)
            : InMemory(job, [.. Stub, .. tail]);
        files.Add(file);
        return file;
    }

    private async Task<StoredFile> OnDiskAsync(Job job, string video, FetchedInput input, byte[] tail, CancellationToken cancellationToken)
    {
        var muxed = files.NewDiskPath();
        try
        {
            var source = ffmpeg.Available && input.Audio?.DiskPath is { } audio && await ffmpeg.MuxAsync(video, audio, input.Seconds, muxed, cancellationToken)
                ? muxed
                : video;
            await using var output = new HashingFile(files.NewDiskPath());
            await using (var stream = File.OpenRead(source))
                await output.AppendAsync(stream, cancellationToken);
            await output.AppendAsync(tail, cancellationToken);
            return Describe(job, output.Length, await output.FinishAsync()) with { DiskPath = output.Path };
        }
        finally
        {
            File.Delete(muxed);
        }
    }

    private StoredFile InMemory(Job job, byte[] content) =>
        Describe(job, content.Length, Convert.ToHexStringLower(SHA256.HashData(content))) with { Content = content };

    private StoredFile Describe(Job job, long length, string sha256) => new()
    {
        UrlPath = $"{FileNames.Folder()}/{job.Id}_output.mp4",
        Length = length,
        Sha256 = sha256,
        ContentType = "video/mp4",
        Owner = job.Account,
        CreatedAt = clock.GetUtcNow(),
        Lifecycle = job.Preferences.OutputLifecycle,
    };

    /// <summary>A box that every player skips.</summary>
    private static byte[] FreeBox(string text)
    {
        var box = new byte[8 + Encoding.ASCII.GetByteCount(text)];
        BinaryPrimitives.WriteInt32BigEndian(box, box.Length);
        "free"u8.CopyTo(box.AsSpan(4));
        Encoding.ASCII.GetBytes(text, box.AsSpan(8));
        return box;
    }

    private static byte[] LoadStub()
    {
        using var stream = typeof(OutputMaker).Assembly.GetManifestResourceStream("stub.mp4")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
