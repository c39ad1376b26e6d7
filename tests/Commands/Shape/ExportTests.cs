using System.Collections;
using System.Management.Automation.Language;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Shape;

/// <summary>What the manifest says without the module being loaded: PowerShell finds commands by it alone.</summary>
public sealed class ExportTests
{
    [Theory]
    [InlineData("CmdletsToExport", true)]
    [InlineData("FunctionsToExport", false)]
    [InlineData("AliasesToExport", false)]
    [InlineData("VariablesToExport", false)]
    public void The_manifest_names_what_it_exports_one_by_one(string list, bool hasNames)
    {
        var manifest = (Hashtable)Parser.ParseFile(ModuleUnderTest.Manifest, out _, out _).EndBlock.Statements.Single().Find(a => a is HashtableAst, searchNestedScriptBlocks: false).SafeGetValue();

        var names = Assert.IsType<object[]>(manifest[list]);

        Assert.Equal(hasNames, names.Length > 0);
        Assert.All(names, name => Assert.DoesNotContain('*', (string)name));
    }
}
