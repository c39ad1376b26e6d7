using System.Text.RegularExpressions;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Template;

/// <summary>CONTRIBUTING.md leads somewhere: the files, folders and types that it names are there.</summary>
public sealed partial class ContributingTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(ModuleUnderTest.Repository, "CONTRIBUTING.md"));

    /// <summary>Made by a build or a run, and not kept.</summary>
    private static readonly string[] Made = ["out/", "/bin/", "/obj/"];

    [Fact]
    public void Every_place_on_the_map_is_there()
    {
        var map = Map().Match(Page).Groups[1].Value.Split('\n').Where(line => line.Length > 0).ToList();

        Assert.True(map.Count > 20);
        var room = "";
        Assert.All(map, line =>
        {
            if (line.StartsWith("        ", StringComparison.Ordinal))
            {
                // The line above goes on.
                return;
            }

            var name = line.Trim().Split(' ')[0];
            room = line[0] == ' ' ? room : name;
            Assert.True(Path.Exists(At(line[0] == ' ' ? Path.Combine(room, name) : name)), line);
        });
    }

    [Fact]
    public void Every_room_is_on_the_map()
    {
        var map = Map().Match(Page).Groups[1].Value;
        string[] rooms = [.. new[] { "src", "examples", "tools", "tests" }.SelectMany(f => Directory.EnumerateDirectories(At(f)).Select(d => $"{f}/{Path.GetFileName(d)}"))];

        Assert.NotEmpty(rooms);
        Assert.All(rooms.Where(r => Directory.EnumerateFiles(At(r)).Any()), r => Assert.Contains(r, map));
    }

    [Fact]
    public void Every_folder_of_tests_is_told_of() =>
        Assert.All(new[] { "tests/Unit", "tests/Commands" }.SelectMany(f => Directory.EnumerateDirectories(At(f))).Where(d => Directory.EnumerateFiles(d, "*.cs").Any()),
            d => Assert.Contains(Path.GetFileName(d), Words(Page)));

    [Fact]
    public void Every_file_that_is_named_is_there()
    {
        var named = Words(Page).Where(w => PathName().IsMatch(w) && !Made.Any(w.Contains)).ToList();

        Assert.True(named.Count > 20);
        // The rooms of the engine and of the commands are named without their house.
        Assert.All(named, w => Assert.True(new[] { "", "src/KlingLipSync", "src/KlingLipSync.PowerShell", "tests" }.Any(house => Path.Exists(At(Path.Combine(house, w)))), w));
    }

    [Fact]
    public void Every_type_that_a_recipe_names_is_there()
    {
        var declared = new[] { "src", "tests", "tools" }.SelectMany(f => Directory.EnumerateFiles(At(f), "*.cs", SearchOption.AllDirectories))
            .Where(f => !f.Contains("/obj/") && !f.Contains("/bin/"))
            .SelectMany(f => Declaration().Matches(File.ReadAllText(f)).Select(m => m.Groups[1].Value)).ToHashSet();
        var named = Words(Page[Page.IndexOf("## Adding things", StringComparison.Ordinal)..]).Where(w => TypeName().IsMatch(w)).ToList();

        Assert.True(named.Count > 5);
        Assert.All(named, w => Assert.Contains(w, declared));
    }

    /// <summary>What is set as code outside the blocks.</summary>
    private static IEnumerable<string> Words(string text) => Code().Matches(Block().Replace(text, "")).Select(m => m.Groups[1].Value).Distinct();

    private static string At(string path) => Path.Combine(ModuleUnderTest.Repository, path);

    [GeneratedRegex("## The house\n+```\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Map();

    [GeneratedRegex("```.*?```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"^[\w.-]+(/[\w.-]+)*/?$(?<=\.(cs|md|ps1|psd1|sh|ps1xml|csproj|targets)|/.*)")]
    private static partial Regex PathName();

    /// <summary>Two capital words at least, so that <c>Day</c> and <c>Undelivered</c> are no types.</summary>
    [GeneratedRegex("^[A-Z][a-z]+([A-Z][a-z]+)+$")]
    private static partial Regex TypeName();

    [GeneratedRegex(@"\b(?:class|record|enum|interface|struct)\s+(\w+)")]
    private static partial Regex Declaration();
}
