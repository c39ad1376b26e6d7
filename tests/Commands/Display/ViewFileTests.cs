using System.Management.Automation;
using System.Xml.Linq;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Display;

/// <summary>The format and type files hold together: every cell is there, and every type that commands emit is shown.</summary>
public sealed class ViewFileTests
{
    private static readonly XDocument Views = XDocument.Load(Path.Combine(ModuleUnderTest.Folder, "KlingLipSync.Format.ps1xml"));

    [Fact]
    public async Task Every_cell_of_a_view_is_a_property_of_its_type()
    {
        using var session = new ModuleSession();
        foreach (var view in Views.Descendants("View"))
        {
            var type = (string)view.Element("ViewSelectedBy")!.Element("TypeName")!;
            var known = (await OwnProperties(session, type)).Concat(TypeFile.PropertiesOf(type)).Concat(TypeFile.CellsOf(type)).ToHashSet();

            Assert.All(view.Descendants("PropertyName"), cell => Assert.Contains(cell.Value, known));
            Assert.Equal([type, "Deserialized." + type], view.Element("ViewSelectedBy")!.Elements().Select(n => n.Value));
        }
    }

    /// <summary>What is no script needs no language mode, and no strict mode can break it.</summary>
    [Fact]
    public void No_view_and_no_property_is_a_script()
    {
        Assert.Empty(Views.Descendants("ScriptBlock"));
        Assert.DoesNotContain("Script", File.ReadAllText(Path.Combine(ModuleUnderTest.Folder, "KlingLipSync.Types.ps1xml")).Replace("needs no script", ""), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Every_cell_is_shown_by_a_view()
    {
        var shown = Views.Descendants("PropertyName").Select(n => n.Value).ToHashSet();

        Assert.All(TypeFile.Types.SelectMany(TypeFile.CellsOf).Where(c => c != "PSPath"), cell => Assert.Contains(cell, shown));
    }

    [Fact]
    public async Task Every_type_that_a_command_emits_has_its_sets_and_a_view()
    {
        using var session = new ModuleSession();
        var emitted = (await session.RunAsync("Get-Command -Module KlingLipSync")).Clean().SelectMany(c => ((CmdletInfo)c.BaseObject).OutputType)
            .Select(t => t.Name).Where(n => n.StartsWith("KlingLipSync.", StringComparison.Ordinal)).Distinct().ToList();
        Assert.Contains("KlingLipSync.LipSyncJob", emitted);

        foreach (var type in emitted)
        {
            Assert.NotEmpty(TypeFile.SetOf(type, "DefaultDisplayPropertySet")!);
            Assert.Contains(type, TypeFile.Types);
            Assert.True(type == "KlingLipSync.LipSyncConnection" || Views.Descendants("TypeName").Any(n => n.Value == type), type);
        }
    }

    /// <summary>A property that is not in the set would be missing behind a job, a session or a file.</summary>
    [Fact]
    public async Task All_that_users_see_is_serialised()
    {
        using var session = new ModuleSession();
        foreach (var type in TypeFile.Types.Where(t => !t.StartsWith("Deserialized.", StringComparison.Ordinal)))
        {
            var all = (await OwnProperties(session, type)).Concat(TypeFile.PropertiesOf(type)).ToList();

            if (TypeFile.CellsOf(type).Count > 0)
            {
                Assert.Equal(all.Order(StringComparer.Ordinal), TypeFile.SetOf(type, "PropertySerializationSet")!.Order(StringComparer.Ordinal));
            }

            foreach (var set in new[] { "DefaultDisplayPropertySet", "DefaultKeyPropertySet" })
            {
                Assert.All(TypeFile.SetOf(type, set) ?? [], name => Assert.Contains(name, all));
            }
        }
    }

    private static async Task<string[]> OwnProperties(ModuleSession session, string type) =>
        [.. ((Type)(await session.RunAsync($"[{type}]")).CleanOne().BaseObject).GetProperties().Select(p => p.Name)];
}
