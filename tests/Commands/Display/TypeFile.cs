using System.Xml.Linq;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Display;

/// <summary>What the module's type file says of each type.</summary>
internal static class TypeFile
{
    private static readonly XDocument File = XDocument.Load(Path.Combine(ModuleUnderTest.Folder, "KlingLipSync.Types.ps1xml"));

    public static IReadOnlyList<string> Types { get; } = [.. File.Descendants("Type").Select(t => (string)t.Element("Name")!)];

    /// <summary>The hidden properties that its views show.</summary>
    public static IReadOnlyList<string> CellsOf(string type) => Names(type, hidden: true);

    /// <summary>The properties that users see.</summary>
    public static IReadOnlyList<string> PropertiesOf(string type) => Names(type, hidden: false);

    /// <summary>A set of properties by its name; null where there is none.</summary>
    public static IReadOnlyList<string>? SetOf(string type, string set) => Members(type).Descendants("PropertySet")
        .Where(s => (string)s.Element("Name")! == set).Select(s => s.Descendants("ReferencedProperties").Elements().Select(n => n.Value).ToList()).FirstOrDefault();

    private static List<string> Names(string type, bool hidden) => [.. Members(type).Elements()
        .Where(m => m.Name.LocalName.EndsWith("Property", StringComparison.Ordinal) && (m.Attribute("IsHidden")?.Value == "true") == hidden)
        .Select(m => (string)m.Element("Name")!)];

    private static XElement Members(string type) => File.Descendants("Type").Single(t => (string)t.Element("Name")! == type).Element("Members")!;
}
