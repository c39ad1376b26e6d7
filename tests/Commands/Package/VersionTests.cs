using System.Management.Automation.Language;
using System.Text.RegularExpressions;

namespace KlingLipSync.Tests.Commands.Package;

/// <summary>The manifest is the one place of the version; what is told of it elsewhere is about that one.</summary>
public sealed class VersionTests
{
    [Fact]
    public void The_changelog_begins_with_the_version_of_the_manifest()
    {
        var manifest = Parser.ParseFile(Path.Combine(Repository.Folder, "KlingLipSync.psd1"), out _, out _);
        var data = (System.Collections.Hashtable)((HashtableAst)manifest.Find(a => a is HashtableAst, false)!).SafeGetValue();

        var sections = Regex.Matches(File.ReadAllText(Path.Combine(Repository.Folder, "CHANGELOG.md")), @"^## \[(.+?)\]", RegexOptions.Multiline);

        Assert.Equal(data["ModuleVersion"], sections[0].Groups[1].Value);
    }

    /// <summary>A version in a project file would be a second place.</summary>
    [Fact]
    public void No_project_has_a_version_of_its_own()
    {
        var projects = Directory.EnumerateFiles(Path.Combine(Repository.Folder, "src"), "*.csproj", SearchOption.AllDirectories).ToList();

        Assert.NotEmpty(projects);
        Assert.All(projects, p => Assert.DoesNotMatch("<(Version|VersionPrefix|VersionSuffix|AssemblyVersion|FileVersion)>", File.ReadAllText(p)));
    }
}
