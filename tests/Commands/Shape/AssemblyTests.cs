using System.Collections;
using System.Management.Automation;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Shape;

/// <summary>What no assembly of the module does, whatever command runs.</summary>
public sealed partial class AssemblyTests
{
    /// <summary>What all runspaces share, each for a reason.</summary>
    private static readonly string[] Shared =
    [
        // A table that is filled once and only read.
        "ErrorCatalogue.Entries",
        // Keyed by the runspace, which is what keeps them apart; held weakly.
        "SessionSettings.All",
        // What a refusal says, by the text that was refused; held weakly.
        "ApiKeyAttribute.Refusals",
        // How folders are read; never changed.
        "FileWord.Plain", "FileWord.Hidden",
    ];

    /// <summary>Hosts that the module can ask by itself: fal's, those that stand in for them, and the one that keeps fal's older files.</summary>
    private static readonly string[] Hosts = ["fal.ai", "fal.run", "fal.media", "falrun.com", "storage.googleapis.com"];

    private static readonly string[] Files = ["KlingLipSync.PowerShell.dll", "KlingLipSync.Loader.dll", "deps/KlingLipSync.dll"];

    /// <summary>Runspaces share statics: what one sets, another would see.</summary>
    [Fact]
    public async Task No_command_keeps_anything_that_another_runspace_sees()
    {
        var module = await ModuleShape.ReadAsync();
        var fields = module.CommandAssembly.GetTypes().Where(t => !IsGenerated(t))
            .SelectMany(t => t.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(f => !f.IsLiteral).ToList();

        Assert.NotEmpty(fields);
        Assert.All(fields, f => Assert.True(f.IsInitOnly, NameOf(f)));
        Assert.Equal(Shared.Order(StringComparer.Ordinal), fields.Where(f => !IsConstant(f.FieldType)).Select(NameOf).Order(StringComparer.Ordinal));
    }

    /// <summary>After an early end downstream the engine calls nothing else.</summary>
    [Fact]
    public async Task Every_command_that_works_in_the_background_can_be_disposed_of()
    {
        var module = await ModuleShape.ReadAsync();

        var plain = module.Commands.Where(c => !typeof(IDisposable).IsAssignableFrom(c.ImplementingType)).Select(c => c.Name);

        Assert.Equal(["Disconnect-KlingLipSync"], plain);
    }

    /// <summary>Their failures would reach nobody and end the host's process.</summary>
    [Fact]
    public async Task No_method_is_async_and_void_and_no_thread_or_timer_is_started_by_hand()
    {
        var module = await ModuleShape.ReadAsync();
        var methods = new[] { module.CommandAssembly, ModuleShape.Engine }.SelectMany(a => a.GetTypes())
            .SelectMany(t => t.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(m => m.IsDefined(typeof(AsyncStateMachineAttribute))).ToList();

        Assert.True(methods.Count > 50);
        Assert.DoesNotContain(methods, m => m.ReturnType == typeof(void));
        Assert.All(Files, file => Assert.DoesNotContain(Types(file), t => t is "System.Threading.Timer" or "System.Threading.Thread" or "System.Threading.ThreadPool" or "System.Timers.Timer"));
    }

    /// <summary>Whether it goes to a screen may be asked, by whoever colours.</summary>
    [Fact]
    public void Nothing_writes_to_the_console() => Assert.Equal(["get_IsOutputRedirected"], Files.SelectMany(file => MembersOf("System.Console", file)));

    [Fact]
    public void No_host_is_known_but_fals()
    {
        var addresses = Files.SelectMany(Texts).SelectMany(text => Address().Matches(text).Select(m => m.Groups[1].Value)).Distinct().ToList();

        Assert.Contains("queue.fal.run", addresses);
        Assert.All(addresses, host => Assert.Contains(Hosts, known => host == known || host.EndsWith("." + known, StringComparison.Ordinal)));
    }

    private static bool IsGenerated(Type type) => type.IsDefined(typeof(CompilerGeneratedAttribute)) || type.Name.Contains('<') || type.Namespace == "System.Text.RegularExpressions.Generated";

    /// <summary>A property's own field goes by the property's name.</summary>
    private static string NameOf(FieldInfo field) => $"{field.DeclaringType!.Name}.{field.Name.TrimStart('<').Split('>')[0]}";

    /// <summary>Values, texts, patterns, and lists of such that are written out in the source.</summary>
    private static bool IsConstant(Type type) => type.IsArray ? IsConstant(type.GetElementType()!)
        : type.IsValueType || type == typeof(string) || type == typeof(Regex) || typeof(MemberInfo).IsAssignableFrom(type)
            || (type.Namespace == "System.Collections.Frozen" && typeof(IEnumerable).IsAssignableFrom(type));

    private static PEReader Open(string file) => new(File.OpenRead(Path.Combine(ModuleUnderTest.Folder, file)));

    private static List<string> Types(string file)
    {
        using var image = Open(file);
        var metadata = image.GetMetadataReader();
        var types = metadata.TypeReferences.Select(metadata.GetTypeReference).Select(t => $"{metadata.GetString(t.Namespace)}.{metadata.GetString(t.Name)}").ToList();
        Assert.Contains("System.Object", types);
        return types;
    }

    /// <summary>What an assembly uses of a type of another one.</summary>
    private static List<string> MembersOf(string type, string file)
    {
        using var image = Open(file);
        var metadata = image.GetMetadataReader();
        return [.. metadata.MemberReferences.Select(metadata.GetMemberReference)
            .Where(m => m.Parent.Kind == HandleKind.TypeReference
                && metadata.GetTypeReference((TypeReferenceHandle)m.Parent) is var t && $"{metadata.GetString(t.Namespace)}.{metadata.GetString(t.Name)}" == type)
            .Select(m => metadata.GetString(m.Name))];
    }

    /// <summary>Every text that is written out in the assembly.</summary>
    private static List<string> Texts(string file)
    {
        using var image = Open(file);
        var metadata = image.GetMetadataReader();
        var texts = new List<string>();
        for (var handle = MetadataTokens.UserStringHandle(1); !handle.IsNil; handle = metadata.GetNextHandle(handle))
        {
            texts.Add(metadata.GetUserString(handle));
        }

        return texts;
    }

    [GeneratedRegex(@"(?:https?://|(?<![\w.-]))((?:[a-z0-9-]+\.)+(?:ai|run|media|com|net|org|io|dev|app|localhost))(?![\w.-])")]
    private static partial Regex Address();
}
