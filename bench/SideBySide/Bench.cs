namespace KlingLipSync.Bench.SideBySide;

/// <summary>What all rows work with.</summary>
/// <param name="options">What is measured, and how often.</param>
/// <param name="shell">What runs the module.</param>
/// <param name="node">What runs fal's own client, where it can be had.</param>
/// <param name="manifest">The module's manifest.</param>
/// <param name="folder">A folder on the disk that the module's store would be on.</param>
internal sealed class Bench(BenchOptions options, Shell shell, Node? node, string manifest, string folder)
{
    public BenchOptions Options => options;

    /// <summary>The module's manifest.</summary>
    public string Manifest => manifest;

    public Shell Shell => shell;

    /// <summary>Whether the shell has all of PowerShell's commands, and not the engine's own alone.</summary>
    public bool IsPwsh => shell.Command[0] == "pwsh";

    /// <summary>The module.</summary>
    public Contender Module(string script, string name = "module") => Contender.InShell(shell, name, script);

    /// <summary>fal's own client; none where it cannot be had.</summary>
    public IEnumerable<Contender> Rivals(string script, params IEnumerable<(string Name, string Mode)> modes) =>
        node is null ? [] : modes.Select(m => Contender.InNode(m.Name, script, m.Mode));

    /// <summary>A plain script in PowerShell; none where its commands are missing.</summary>
    public IEnumerable<Contender> PlainScript(string script) => IsPwsh ? [Contender.InShell(shell, Names.Plain, script)] : [];

    /// <summary>An empty folder.</summary>
    public string NewFolder() => Directory.CreateDirectory(Path.Combine(folder, Path.GetRandomFileName()[..8])).FullName;

    /// <summary>The settings of one run: a store of its own, and where fal is.</summary>
    public Dictionary<string, string> Settings(EmulatorProcess fal, params IEnumerable<(string Name, object Value)> more)
    {
        var settings = new Dictionary<string, string>
        {
            ["BENCH_MODULE"] = manifest,
            ["BENCH_URL"] = fal.Url.GetLeftPart(UriPartial.Authority),
            ["BENCH_AT_ONCE"] = $"{options.AtOnce}",
            ["KLINGLIPSYNC_ENDPOINT"] = fal.Url.GetLeftPart(UriPartial.Authority),
            ["KLINGLIPSYNC_HOME"] = NewFolder(),
        };
        foreach (var (name, value) in more)
        {
            settings[name] = FormattableString.Invariant($"{value}");
        }

        return settings;
    }

    /// <summary>Runs one contender once, on an emulator that remembers nothing.</summary>
    public async Task<Sample> RunAsync(EmulatorProcess fal, Contender contender, params IEnumerable<(string Name, object Value)> settings)
    {
        await fal.ResetAsync();
        return await contender.RunAsync(Settings(fal, settings));
    }
}
