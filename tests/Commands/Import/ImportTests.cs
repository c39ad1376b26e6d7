using System.Management.Automation;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Import;

/// <summary>The module comes in through its manifest, again and again, from anywhere, and its types have names.</summary>
public sealed class ImportTests
{
    private const string Names = "Get-Command -Module KlingLipSync | ForEach-Object Name";

    [Fact]
    public async Task Commands_are_there_after_the_import()
    {
        using var session = new ModuleSession();

        Assert.Equal(Package.ManifestTests.Commands, (await session.RunAsync(Names)).Clean().Select(n => n.ToString()).Order());
    }

    [Fact]
    public async Task Types_of_the_engine_have_names()
    {
        using var session = new ModuleSession();

        var run = await session.RunAsync("""
            [KlingLipSync.LipSyncJobState]::Saved
            [KlingLipSync.LipSyncJobState]'queued' -lt [KlingLipSync.LipSyncJobState]::Saved
            [KlingLipSync.LipSyncJob].Name
            """);

        Assert.Equal(["Saved", "True", "LipSyncJob"], run.Clean().Select(o => o.ToString()));
    }

    [Fact]
    public async Task Every_public_model_type_has_its_name_in_scripts_of_any_writing()
    {
        using var session = new ModuleSession();

        var run = await session.RunAsync("""
            $types = [KlingLipSync.LipSyncJob].Assembly.GetExportedTypes() | ForEach-Object { if ($_.Namespace -eq 'KlingLipSync') { $_.FullName } }
            $types | ForEach-Object { $_ -ceq ($_ -as [type]).FullName -and $_ -ceq ($_.ToLowerInvariant() -as [type]).FullName }
            & ([scriptblock]::Create("using namespace KlingLipSync`n[LipSyncBilled].FullName"))
            & ([scriptblock]::Create('class Row { [KlingLipSync.LipSyncJob] $Job }; [Row].GetProperty("Job").PropertyType.FullName'))
            """);

        var told = run.Clean().Select(o => o.ToString()).ToList();
        Assert.True(told.Count > 15);
        Assert.All(told[..^2], t => Assert.Equal("True", t));
        Assert.Equal(["KlingLipSync.LipSyncBilled", "KlingLipSync.LipSyncJob"], told[^2..]);
    }

    [Fact]
    public async Task A_parameter_takes_an_enum_by_its_name_and_by_its_type()
    {
        using var folder = new TestFolder();
        using var session = new ModuleSession();
        await StoreOnly(session, folder);

        var run = await session.RunAsync("""
            Get-KlingLipSyncJob -Local -State saved, ([KlingLipSync.LipSyncJobState]::Failed)
            (Get-Command Get-KlingLipSyncJob).Parameters['State'].ParameterType.GetElementType() -eq [KlingLipSync.LipSyncJobState]
            """);

        Assert.Equal("True", run.CleanOne().ToString());
    }

    [Fact]
    public async Task A_name_that_is_no_state_is_refused_with_the_names_there_are()
    {
        using var session = new ModuleSession();

        var error = Assert.Single((await session.RunAsync("Get-KlingLipSyncJob -Local -State Sleeping")).Errors);

        Assert.Equal(ErrorCategory.InvalidArgument, error.CategoryInfo.Category);
        Assert.Contains("Unconfirmed", error.Exception.Message);
    }

    [Fact]
    public async Task Importing_again_by_force_keeps_commands_and_connection_working()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("one.mp4");
        shell["manifest"] = ModuleUnderTest.Manifest;

        for (var time = 0; time < 2; time++)
        {
            (await shell.RunAsync("Import-Module $manifest -Force")).Clean();

            Assert.Equal(Package.ManifestTests.Commands, (await shell.RunAsync(Names)).Clean().Select(n => n.ToString()).Order());
            Assert.Equal("Saved", (await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out")).CleanOne().State());
        }

        Assert.Equal(1, shell.Emulator.Accepted());
    }

    [Fact]
    public async Task Many_sessions_may_import_at_once()
    {
        var sessions = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => new ModuleSession())));

        foreach (var session in sessions)
        {
            Assert.Equal(Package.ManifestTests.Commands, (await session.RunAsync(Names)).Clean().Select(n => n.ToString()).Order());
            session.Dispose();
        }
    }

    /// <summary>The store is opened by its own library, native code included.</summary>
    [Fact]
    public async Task The_store_opens()
    {
        using var folder = new TestFolder();
        using var session = new ModuleSession();
        await StoreOnly(session, folder);

        Assert.Empty((await session.RunAsync("Get-KlingLipSyncJob -Local")).Clean());

        Assert.Equal("SQLite format 3\0"u8.ToArray(), File.ReadAllBytes(Path.Combine(folder.Store, "store.db"))[..16]);
    }

    private static async Task StoreOnly(ModuleSession session, TestFolder folder)
    {
        await using var emulator = await Emulator.EmulatorServer.StartAsync(Emulator.EmulatorOptions.Instant);
        await session.ConnectAsync(emulator.Url, folder.Store);
    }
}
