using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Package;

/// <summary>What ships, file by file. A new name here is a decision, not an accident.</summary>
public sealed class ShippedFilesTests
{
    private static readonly string[] Expected =
    [
        "KlingLipSync.Format.ps1xml",
        "KlingLipSync.Loader.dll",
        "KlingLipSync.PowerShell.dll",
        "KlingLipSync.Types.ps1xml",
        "KlingLipSync.Types.psd1",
        "KlingLipSync.psd1",
        "LICENSE",
        "deps/KlingLipSync.deps.json",
        "deps/KlingLipSync.dll",
        "deps/Microsoft.Data.Sqlite.dll",
        "deps/Polly.Core.dll",
        "deps/SQLitePCLRaw.batteries_v2.dll",
        "deps/SQLitePCLRaw.core.dll",
        "deps/SQLitePCLRaw.provider.e_sqlite3.dll",
        "deps/System.Net.ServerSentEvents.dll",
        "deps/runtimes/linux-arm64/native/libe_sqlite3.so",
        "deps/runtimes/linux-musl-arm64/native/libe_sqlite3.so",
        "deps/runtimes/linux-musl-x64/native/libe_sqlite3.so",
        "deps/runtimes/linux-x64/native/libe_sqlite3.so",
        "deps/runtimes/osx-arm64/native/libe_sqlite3.dylib",
        "deps/runtimes/osx-x64/native/libe_sqlite3.dylib",
        "deps/runtimes/win-arm64/native/e_sqlite3.dll",
        "deps/runtimes/win-x64/native/e_sqlite3.dll",
        "en-US/KlingLipSync.PowerShell.dll-Help.xml",
        "en-US/about_KlingLipSync.help.txt",
        "en-US/about_KlingLipSync_Authentication.help.txt",
        "en-US/about_KlingLipSync_Automation.help.txt",
        "en-US/about_KlingLipSync_Cost.help.txt",
        "en-US/about_KlingLipSync_Errors.help.txt",
        "en-US/about_KlingLipSync_Jobs.help.txt",
    ];

    [Fact]
    public void The_module_is_these_files_and_no_others()
    {
        var shipped = Directory.EnumerateFiles(ModuleUnderTest.Folder, "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(ModuleUnderTest.Folder, f).Replace(Path.DirectorySeparatorChar, '/'));

        Assert.Equal(Expected, shipped.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Nothing_asks_for_a_newer_runtime_than_the_oldest_PowerShell_has()
    {
        const int oldest = 8;
        var files = Directory.GetFiles(ModuleUnderTest.Folder, "*.dll").Concat(Directory.GetFiles(Path.Combine(ModuleUnderTest.Folder, "deps"), "*.dll")).ToList();
        Assert.NotEmpty(files);
        Assert.All(files, file =>
        {
            using var image = new PEReader(File.OpenRead(file));
            var metadata = image.GetMetadataReader();
            Assert.All(metadata.AssemblyReferences.Select(metadata.GetAssemblyReference).Where(r => metadata.GetString(r.Name) == "System.Runtime"),
                r => Assert.InRange(r.Version.Major, 0, oldest));
        });
    }
}
