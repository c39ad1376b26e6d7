using System.Management.Automation;
using System.Runtime.Loader;
using System.Text.RegularExpressions;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Errors;

/// <summary>The published catalogue of errors against what happens: every entry, in the real engine.</summary>
public sealed partial class CatalogueTests
{
    private static readonly Dictionary<string, ErrorScene> Scenes = new IEnumerable<ErrorScene>[]
    {
        KeyScenes.All, InputScenes.All, OutputScenes.All, LimitScenes.All, StoreScenes.All, SendingScenes.All, JobScenes.All,
    }.SelectMany(scenes => scenes).ToDictionary(scene => scene.Id);

    /// <summary>What the catalogue's words for targets stand for.</summary>
    private static readonly Dictionary<string, Func<PSObject, bool>> Targets = new()
    {
        ["the input"] = IsA("LipSyncInput"),
        ["the inputs"] = IsMany("LipSyncInput"),
        ["the inputs that were not sent"] = IsMany("LipSyncInput"),
        ["the job"] = IsA("LipSyncJob"),
        ["the budget"] = IsA("LipSyncBudget"),
        ["its period"] = IsA("LipSyncBudgetPeriod"),
        ["the amounts"] = target => target.BaseObject is decimal[],
        ["the parameter's value"] = target => target.BaseObject is SwitchParameter or TimeSpan or Enum,
        ["the endpoint"] = IsText,
        ["the folder"] = IsText,
        ["the path"] = IsText,
        ["the template"] = IsText,
        ["the id"] = IsText,
        ["the store's folder"] = IsText,
    };

    public static TheoryData<string> Ids => [.. PublishedError.All.Keys];

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task Each_entry_happens_and_is_what_is_published(string id)
    {
        Assert.True(Scenes.TryGetValue(id, out var scene), $"Nothing here makes {id} happen.");
        await using var shell = await LipSyncShell.OpenAsync(scene.Options);

        var seen = await scene.PlayAsync(shell);

        var published = PublishedError.All[id];
        Assert.Equal(published.Category, seen.Category);
        Assert.NotNull(seen.Target);
        var words = published.Target.Split(", or ");
        Assert.True(words.Any(word => Targets[word](seen.Target)), $"The target is a {seen.Target.TypeNames[0]}: '{seen.Target}', and not {published.Target}.");
        Assert.Matches(Sentence(), seen.Message);
        Assert.Equal(seen.Message, seen.Details);

        // What mends this very case may stand before it.
        Assert.EndsWith("\n" + published.Action, "\n" + seen.Action);
    }

    [Fact]
    public async Task The_catalogue_and_the_scenes_are_of_every_error_there_is()
    {
        using var session = new ModuleSession();
        (await session.RunAsync("Measure-KlingLipSyncCost -VideoUrl https://example.com/one.mp4")).Clean();
        var engine = AssemblyLoadContext.All.Single(c => c.Name == "KlingLipSync").Assemblies.Single(a => a.GetName().Name == "KlingLipSync");

        var declared = Enum.GetNames(engine.GetType("KlingLipSync.LipSyncError", throwOnError: true)!);

        Assert.Equal(declared, PublishedError.All.Keys);
        Assert.Equal(declared.Order(), Scenes.Keys.Order());
    }

    [Fact]
    public void Each_entry_says_in_plain_words_what_it_means_and_what_to_do() => Assert.All(PublishedError.All.Values, entry =>
    {
        Assert.True(Enum.TryParse<ErrorCategory>(entry.Category, out _), entry.Category);
        Assert.Matches(Sentence(), entry.Meaning);
        Assert.Matches(Sentence(), entry.Action);
        Assert.All(entry.Target.Split(", or "), word => Assert.Contains(word, Targets.Keys));
    });

    /// <summary>Exceptions of the shell's own contracts are the shell's to report.</summary>
    [Fact]
    public void No_error_record_is_made_outside_the_catalogue()
    {
        var sources = Directory.EnumerateFiles(ModuleUnderTest.CommandSources, "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(f => (Name: Path.GetFileName(f), Text: File.ReadAllText(f))).ToList();

        Assert.Equal(["ErrorCatalogue.cs"], sources.Where(s => s.Text.Contains("new ErrorRecord(", StringComparison.Ordinal)).Select(s => s.Name));
        Assert.All(sources, s => Assert.DoesNotMatch(Bypass(), s.Text));
        string[] ours = ["LipSyncException"], shells = ["ArgumentTransformationMetadataException", "ValidationMetadataException", "PipelineStoppedException"];
        Assert.All(sources.SelectMany(s => Thrown().Matches(s.Text).Select(m => m.Groups[1].Value)), type => Assert.Contains(type, ours.Concat(shells)));
    }

    private static Func<PSObject, bool> IsA(string type) => target => target.TypeNames[0] == "KlingLipSync." + type;

    private static Func<PSObject, bool> IsMany(string type) => target =>
        LanguagePrimitives.GetEnumerable(target)?.Cast<object>().Select(PSObject.AsPSObject).ToList() is { Count: > 0 } all && all.TrueForAll(t => IsA(type)(t));

    private static bool IsText(PSObject target) => target.BaseObject is string { Length: > 0 };

    /// <summary>Words: three or more, and no type of .NET among them. They may begin with a name, a number or a URL, and end with fal's own.</summary>
    [GeneratedRegex(@"^(?!.*\b(System|Microsoft)\.\w+\.)\S+(\s+\S+){2,}$", RegexOptions.Singleline)]
    private static partial Regex Sentence();

    [GeneratedRegex(@"(WriteError|ThrowTerminatingError)\((?!ErrorCatalogue\.Record\(|\s*$)", RegexOptions.Multiline)]
    private static partial Regex Bypass();

    [GeneratedRegex(@"throw new ([\w.]+)\(")]
    private static partial Regex Thrown();
}
