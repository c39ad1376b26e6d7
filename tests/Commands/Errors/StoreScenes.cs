using System.Buffers.Binary;
using System.Management.Automation;
using KlingLipSync.Tests.Commands.Crash;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Errors;

/// <summary>Stores that must not be trusted with receipts.</summary>
internal static class StoreScenes
{
    /// <summary>Places in the head of an SQLite file.</summary>
    private const int UserVersion = 60, ApplicationId = 68;

    private const string Send = "Invoke-KlingLipSync $clip";

    public static IEnumerable<ErrorScene> All =>
    [
        Damaged("StoreCorrupt", bytes => "Receipts, receipts"u8.CopyTo(bytes)),
        Damaged("StoreForeign", bytes => BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(ApplicationId), 0x12345678)),
        Damaged("StoreNewer", bytes => BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(UserVersion), 9999)),
        ErrorScene.Of("StoreOfOtherMachine", Send, async shell =>
        {
            await Made(shell);
            StoreReading.Run(shell.Folder.Store, "UPDATE store SET value = 'another' WHERE key = 'machine'");
        }),
        ErrorScene.Of("StoreRestored", Send, async shell =>
        {
            shell["clip"] = shell.Folder.Pair("one.mp4");
            (await shell.RunAsync(Send)).Clean();
            foreach (var file in Directory.GetFiles(shell.Folder.Store, "store.db*"))
            {
                File.Delete(file);
            }

            File.Copy(Assert.Single(Directory.GetFiles(Path.Combine(shell.Folder.Store, "copies"))), Path.Combine(shell.Folder.Store, "store.db"));
        }),
        ErrorScene.Of("StoreNotWritable", Send, async shell => await Elsewhere(shell, Path.Combine(shell.Folder.Text("a file", "file"), "store"))),
        new("StoreDiskFull", async shell =>
        {
            using var disk = SmallDisk.Mount(shell.Folder.At("disk"), mebibytes: 60);
            await Elsewhere(shell, shell.Folder.At("disk", "store"));
            return SeenError.In(await shell.RunAsync(Send), "StoreDiskFull");
        }),
        new("StoreOnNetwork", OnNetworkAsync),
    ];

    private static ErrorScene Damaged(string id, Action<byte[]> damage) => ErrorScene.Of(id, Send, async shell =>
    {
        await Made(shell);
        var path = Path.Combine(shell.Folder.Store, "store.db");
        var bytes = File.ReadAllBytes(path);
        damage(bytes);
        File.WriteAllBytes(path, bytes);
    });

    private static async Task Made(LipSyncShell shell)
    {
        shell["clip"] = shell.Folder.Pair("one.mp4");
        (await shell.RunAsync("Get-KlingLipSyncJob -Local")).Clean();
    }

    private static async Task Elsewhere(LipSyncShell shell, string store)
    {
        shell["clip"] = shell.Folder.Pair("one.mp4");
        shell["store"] = store;
        (await shell.RunAsync("Connect-KlingLipSync -Endpoint $endpoint -ApiKey $key -StorePath $store")).Clean();
    }

    /// <summary>
    /// A process whose system says of the store's folder that it is another machine's. The list of mounts is the one thing here
    /// that is not what it says: there is no server to mount from.
    /// </summary>
    private static async Task<SeenError> OnNetworkAsync(LipSyncShell shell)
    {
        using var scratch = new Scratch();
        var mounts = shell.Folder.Text($"server:/jobs {shell.Folder.Root} nfs4 rw 0 0\n", "mounts");
        string[] wrapper = ["unshare", "--mount", "sh", "-c", "mount --bind \"$0\" /proc/$$/mounts && exec \"$@\"", mounts];
        Assert.SkipUnless(OperatingSystem.IsLinux() && SmallDisk.Run(wrapper[0], [.. wrapper[1..], "true"]), "This user may not mount a file.");
        using var process = new HostProcess($$"""
            $env:KLINGLIPSYNC_HOME = '{{shell.Folder.Store}}'
            try { Get-KlingLipSyncJob -Local } catch { $record = $_ }
            $record.CategoryInfo.Category
            $record.TargetObject
            $record.Exception.Message
            $record.ErrorDetails.Message
            $record.ErrorDetails.RecommendedAction
            $record.FullyQualifiedErrorId
            """, scratch, wrapper: wrapper);

        var (output, _) = await process.ReportAsync();

        Assert.Equal("StoreOnNetwork", output[5].Split(',')[0]);
        return new SeenError("StoreOnNetwork", output[0], PSObject.AsPSObject(output[1]), output[2], output[3], output[4]);
    }
}
