using YamlDotNet.RepresentationModel;

namespace KlingLipSync.Tests.Commands.Package;

/// <summary>The workflow that tries the package where this machine cannot: read as a document, since it runs elsewhere.</summary>
public sealed class WorkflowTests
{
    private static readonly YamlMappingNode Workflow = Read();

    [Fact]
    public void Three_systems_and_three_PowerShells_by_their_exact_versions_try_the_package()
    {
        var matrix = At(Job("installed"), "strategy", "matrix");
        var systems = List(matrix["system"]);
        var versions = List(matrix["powershell"]);

        Assert.Equal(["macos", "ubuntu", "windows"], systems.Select(s => s.Split('-')[0]).Order());
        Assert.Equal(["7.4", "7.5", "7.6"], versions.Select(v => Version.Parse(v).ToString(2)));
        Assert.All(versions, v => Assert.NotEqual(-1, Version.Parse(v).Build));
        Assert.DoesNotContain(matrix.Children.Keys, k => $"{k}" is "include" or "exclude");
        Assert.Contains(Runs("installed"), r => r.Contains("Install-PowerShell.ps1 -Version ${{ matrix.powershell }}"));
    }

    [Fact]
    public void What_they_try_and_publish_is_the_package_that_one_job_made()
    {
        Assert.Equal("package", $"{Job("installed")["needs"]}");
        Assert.Equal(["installed", "package", "projects"], List(Job("release")["needs"]).Order());
        Assert.Contains("./build.ps1 Pack -ResultFolder out/results", Runs("package"));
        Assert.DoesNotContain(new[] { "installed", "release" }.SelectMany(Runs), r => r.Contains("build.ps1 Pack"));

        var upload = Assert.Single(Uses("package"), u => $"{u["uses"]}".StartsWith("actions/upload-artifact@"));
        Assert.All(new[] { "installed", "release" }, job =>
        {
            var download = Assert.Single(Uses(job), u => $"{u["uses"]}".StartsWith("actions/download-artifact@"));
            Assert.Equal($"{At(upload, "with")["name"]}", $"{At(download, "with")["name"]}");
            Assert.Equal($"{At(upload, "with")["path"]}", $"{At(download, "with")["path"]}");
        });
        Assert.Contains(Runs("installed"), r => r.StartsWith("./build.ps1 TestPackage"));
        Assert.Contains(Runs("release"), r => r.StartsWith("./build.ps1 Publish -Repository PSGallery"));
    }

    [Fact]
    public void The_projects_tests_run_on_all_three_systems()
    {
        Assert.Equal(["macos", "ubuntu", "windows"], List(At(Job("projects"), "strategy", "matrix")["system"]).Select(s => s.Split('-')[0]).Order());
        Assert.Contains("dotnet test", Runs("projects"));
    }

    [Fact]
    public void Every_action_is_named_with_its_exact_version()
    {
        var actions = Jobs().SelectMany(Uses).Select(u => $"{u["uses"]}").ToList();

        Assert.NotEmpty(actions);
        Assert.All(actions, a => Assert.Matches(@"^[\w-]+/[\w-]+@(v\d+\.\d+\.\d+|[0-9a-f]{40})$", a));
    }

    [Fact]
    public void It_may_read_and_no_more_and_the_release_alone_proves_who_it_is()
    {
        Assert.Equal("read", $"{Assert.Single(At(Workflow, "permissions").Children, p => $"{p.Key}" == "contents").Value}");
        Assert.Single(At(Workflow, "permissions").Children);
        Assert.Equal("release", Assert.Single(Jobs(), j => Job(j).Children.ContainsKey("permissions")));
        Assert.Equal(["contents: read", "id-token: write"], At(Job("release"), "permissions").Children.Select(p => $"{p.Key}: {p.Value}").Order());
        Assert.All(Jobs().SelectMany(Uses).Where(u => $"{u["uses"]}".StartsWith("actions/checkout@")),
            u => Assert.Equal("false", $"{At(u, "with")["persist-credentials"]}"));
    }

    [Fact]
    public void A_release_is_asked_for_by_a_tag_and_a_variable_and_passes_an_environment()
    {
        var condition = $"{Job("release")["if"]}";

        Assert.Contains("startsWith(github.ref, 'refs/tags/v')", condition);
        Assert.Contains("vars.PUBLISH == 'true'", condition);
        Assert.Equal("gallery", $"{Job("release")["environment"]}");
        Assert.All(Jobs().Where(j => j != "release"), j => Assert.False(Job(j).Children.ContainsKey("environment")));
    }

    /// <summary>A secret reaches one step, by its environment; a run line or a log never has it.</summary>
    [Fact]
    public void No_secret_stands_in_the_file_or_in_a_line_that_runs()
    {
        Assert.All(Jobs().SelectMany(Runs), r => Assert.DoesNotContain("secrets.", r));
        var settings = Jobs().SelectMany(j => Steps(j).Select(s => (Job: j, Step: s)))
            .SelectMany(s => new[] { "env", "with" }.Where(k => s.Step.Children.ContainsKey(k)).SelectMany(k => At(s.Step, k).Children.Select(c => (s.Job, Name: $"{c.Key}", Value: $"{c.Value}"))))
            .ToList();
        var keys = settings.Where(s => s.Name.Contains("KEY") || s.Name.Contains("TOKEN") || s.Name.Contains("SECRET") || s.Name.Contains("PASSWORD")).ToList();

        Assert.NotEmpty(keys);
        Assert.All(keys, k => Assert.Matches(@"^\$\{\{ (secrets\.[A-Z_]+|github\.token) \}\}$", k.Value));
        Assert.All(settings.Where(s => s.Value.Contains("secrets.")), s => Assert.Equal("release", s.Job));
    }

    private static YamlMappingNode Read()
    {
        using var reader = File.OpenText(Path.Combine(Repository.Folder, ".github", "workflows", "ci.yml"));
        var stream = new YamlStream();
        stream.Load(reader);
        return (YamlMappingNode)Assert.Single(stream.Documents).RootNode;
    }

    private static YamlMappingNode At(YamlMappingNode node, params string[] path) => path.Aggregate(node, (n, key) => (YamlMappingNode)n[key]);

    private static IEnumerable<string> Jobs() => At(Workflow, "jobs").Children.Keys.Select(k => $"{k}");

    private static YamlMappingNode Job(string name) => At(Workflow, "jobs", name);

    private static IEnumerable<YamlMappingNode> Steps(string job) => ((YamlSequenceNode)Job(job)["steps"]).Cast<YamlMappingNode>();

    private static IEnumerable<string> Runs(string job) => Steps(job).Where(s => s.Children.ContainsKey("run")).Select(s => $"{s["run"]}");

    private static IEnumerable<YamlMappingNode> Uses(string job) => Steps(job).Where(s => s.Children.ContainsKey("uses"));

    private static IEnumerable<string> List(YamlNode node) => ((YamlSequenceNode)node).Select(n => $"{n}");
}
