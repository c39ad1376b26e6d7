using System.Buffers.Binary;
using System.Management.Automation;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Refusals;

/// <summary>A store that must not be trusted with receipts: nothing is sent over it, and it is left as it is.</summary>
public sealed class StoreTests
{
    /// <summary>Places in the head of an SQLite file.</summary>
    private const int UserVersion = 60, ApplicationId = 68;

    [Fact]
    public Task Bytes_that_are_no_database() => Refused("StoreCorrupt", ErrorCategory.InvalidData, bytes => "Receipts, receipts"u8.CopyTo(bytes));

    [Fact]
    public Task A_database_whose_pages_are_torn() => Refused("StoreCorrupt", ErrorCategory.InvalidData, bytes => bytes.AsSpan(100).Fill(0x5A));

    [Fact]
    public Task A_database_of_another_program() =>
        Refused("StoreForeign", ErrorCategory.InvalidData, bytes => BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(ApplicationId), 0x12345678));

    [Fact]
    public Task A_store_of_a_newer_module() =>
        Refused("StoreNewer", ErrorCategory.InvalidData, bytes => BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(UserVersion), 9999));

    [Fact]
    public async Task A_store_that_cannot_be_made()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["store"] = Path.Combine(shell.Folder.Text("x", "file"), "store");
        shell["clip"] = shell.Folder.Pair("one.mp4");
        (await shell.RunAsync("Connect-KlingLipSync -Endpoint $endpoint -ApiKey $key -StorePath $store")).Clean();

        await AssertRefused(shell, "StoreNotWritable", ErrorCategory.PermissionDenied);
    }

    [Fact]
    public async Task A_store_whose_file_is_a_folder()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        Directory.CreateDirectory(Path.Combine(shell.Folder.Store, "store.db"));
        shell["clip"] = shell.Folder.Pair("one.mp4");

        await AssertRefused(shell, "StoreNotWritable", ErrorCategory.PermissionDenied);
    }

    private static async Task Refused(string id, ErrorCategory category, Action<byte[]> damage)
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("one.mp4");
        (await shell.RunAsync("Get-KlingLipSyncJob -Local")).Clean();
        var path = Path.Combine(shell.Folder.Store, "store.db");
        var bytes = File.ReadAllBytes(path);
        damage(bytes);
        File.WriteAllBytes(path, bytes);

        await AssertRefused(shell, id, category);

        Assert.Equal(bytes, File.ReadAllBytes(path));
    }

    private static async Task AssertRefused(LipSyncShell shell, string id, ErrorCategory category)
    {
        var run = await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out");
        run.OneError(id, category);
        Assert.Empty(run.Output);

        (await shell.RunAsync("Get-KlingLipSyncJob -Local")).OneError(id, category);
        (await shell.RunAsync("Wait-KlingLipSyncJob -Id 1")).OneError(id, category);
        shell.Emulator.AssertNothingSent();
    }
}
