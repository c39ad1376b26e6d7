using System.Management.Automation;
using System.Reflection;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Package;

/// <summary>The manifest tells the truth about the assemblies beside it.</summary>
public sealed class ManifestTests
{
    internal static readonly string[] Commands =
    [
        "Connect-KlingLipSync", "Disconnect-KlingLipSync", "Get-KlingLipSyncBudget", "Get-KlingLipSyncJob", "Get-KlingLipSyncMedia",
        "Invoke-KlingLipSync", "Measure-KlingLipSyncCost", "Remove-KlingLipSyncBudget", "Remove-KlingLipSyncJob", "Save-KlingLipSyncResult", "Set-KlingLipSyncBudget",
        "Stop-KlingLipSyncJob", "Test-KlingLipSyncMedia", "Wait-KlingLipSyncJob",
        "Watch-KlingLipSyncJob",
    ];

    [Theory]
    [InlineData("KlingLipSync.PowerShell.dll")]
    [InlineData("KlingLipSync.Loader.dll")]
    [InlineData("deps/KlingLipSync.dll")]
    public async Task Its_version_is_that_of_every_assembly(string file)
    {
        var manifest = await Manifest();

        var version = AssemblyName.GetAssemblyName(Path.Combine(ModuleUnderTest.Folder, file)).Version!;

        Assert.Equal(manifest.Version.ToString(3), version.ToString(3));
    }

    [Fact]
    public async Task It_exports_the_commands_and_nothing_else()
    {
        var manifest = await Manifest();

        Assert.Equal(Commands, manifest.ExportedCmdlets.Keys.Order(StringComparer.Ordinal));
        Assert.Empty(manifest.ExportedFunctions);
        Assert.Empty(manifest.ExportedAliases);
        Assert.Empty(manifest.ExportedVariables);
    }

    [Fact]
    public async Task Every_command_class_is_exported_under_its_own_name()
    {
        using var session = new ModuleSession();

        var exported = (await session.RunAsync("Get-Command -Module KlingLipSync")).Clean().Select(c => (CmdletInfo)c.BaseObject).ToList();

        var classes = exported[0].ImplementingType.Assembly.GetExportedTypes()
            .Where(t => t.GetCustomAttribute<CmdletAttribute>() is not null && !t.IsAbstract)
            .ToDictionary(t => $"{t.GetCustomAttribute<CmdletAttribute>()!.VerbName}-{t.GetCustomAttribute<CmdletAttribute>()!.NounName}");
        Assert.Equal(Commands, classes.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(Commands, exported.Select(c => c.Name).Order(StringComparer.Ordinal));
        Assert.All(exported, c => Assert.Equal(classes[c.Name], c.ImplementingType));
        Assert.All(classes, c => Assert.Equal(c.Key.Replace("-", "") + "Command", c.Value.Name));
    }

    [Fact]
    public async Task No_command_takes_a_name_of_the_common_parameters()
    {
        using var session = new ModuleSession();
        var common = Cmdlet.CommonParameters.Concat(Cmdlet.OptionalCommonParameters).ToHashSet(StringComparer.OrdinalIgnoreCase);

        var run = await session.RunAsync("Get-Command -Module KlingLipSync");

        Assert.All(run.Clean().Select(c => ((CmdletInfo)c.BaseObject).ImplementingType), type => Assert.DoesNotContain(
            type.GetProperties().Where(p => p.IsDefined(typeof(ParameterAttribute))), p => common.Contains(p.Name)));
    }

    private static async Task<PSModuleInfo> Manifest()
    {
        using var session = ModuleSession.Empty();
        session["manifest"] = ModuleUnderTest.Manifest;
        return (PSModuleInfo)(await session.RunAsync("Test-ModuleManifest $manifest")).CleanOne().BaseObject;
    }
}
