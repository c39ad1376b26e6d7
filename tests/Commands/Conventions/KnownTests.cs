using System.Management.Automation.Language;
using System.Text.RegularExpressions;

namespace KlingLipSync.Tests.Commands.Conventions;

/// <summary>The names of all tests of this repository, read from their sources: the other projects need not be built for it.</summary>
internal static partial class KnownTests
{
    private const string Root = "KlingLipSync.Tests.";

    /// <summary>By namespace, class and method, without what all of them begin with.</summary>
    public static HashSet<string> OfXunit(string repository) =>
        [.. Directory.EnumerateFiles(Path.Combine(repository, "tests"), "*.cs", SearchOption.AllDirectories).SelectMany(file => InSource(File.ReadAllLines(file)))];

    /// <summary>By the blocks around them and their own name, as they are written.</summary>
    public static HashSet<string> OfPester(string repository) =>
        [.. Directory.EnumerateFiles(Path.Combine(repository, "tests", "Pester"), "*.Tests.ps1").SelectMany(file => InBlock(Parser.ParseFile(file, out _, out _), ""))];

    private static IEnumerable<string> InSource(string[] lines)
    {
        string space = "", type = "";
        var isTest = false;
        foreach (var line in lines)
        {
            if (Namespace().Match(line) is { Success: true } named)
            {
                space = named.Groups[1].Value;
            }
            else if (Class().Match(line) is { Success: true } declared)
            {
                type = declared.Groups[1].Value;
            }
            else if (Attribute().IsMatch(line))
            {
                isTest = true;
            }
            else if (isTest && Method().Match(line) is { Success: true } method)
            {
                isTest = false;
                yield return $"{space}.{type}.{method.Groups[1].Value}"[Root.Length..];
            }
        }
    }

    private static IEnumerable<string> InBlock(Ast block, string path)
    {
        foreach (var call in block.FindAll(a => a is CommandAst, searchNestedScriptBlocks: true).Cast<CommandAst>())
        {
            var word = call.GetCommandName();
            if (word is not ("Describe" or "Context" or "It") || Enclosing(call) != block)
            {
                continue;
            }

            var name = path + call.CommandElements[1] switch
            {
                StringConstantExpressionAst text => text.Value,
                var other => other.Extent.Text.Trim('"'),
            };
            if (word == "It")
            {
                yield return name;
                continue;
            }

            foreach (var inner in call.CommandElements.OfType<ScriptBlockExpressionAst>().SelectMany(s => InBlock(s, name + ".")))
            {
                yield return inner;
            }
        }
    }

    /// <summary>The block that a call stands in: that of the nearest Describe or Context around it, or the whole file.</summary>
    private static Ast Enclosing(Ast call)
    {
        var at = call.Parent;
        while (at.Parent is not null && !(at is ScriptBlockExpressionAst && at.Parent is CommandAst outer && outer.GetCommandName() is "Describe" or "Context"))
        {
            at = at.Parent;
        }

        return at;
    }

    [GeneratedRegex(@"^namespace (KlingLipSync\.Tests\.[\w.]+);")]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^public (?:sealed |partial |abstract )*class (\w+)")]
    private static partial Regex Class();

    [GeneratedRegex(@"^\s+\[(?:Fact|Theory)\b")]
    private static partial Regex Attribute();

    [GeneratedRegex(@"^\s+public .*?\b(\w+)\(")]
    private static partial Regex Method();
}
