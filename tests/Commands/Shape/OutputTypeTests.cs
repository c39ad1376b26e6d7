using System.Management.Automation;
using System.Runtime.CompilerServices;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Shape;

/// <summary>What the commands emit: named, unchangeable, and good for a wire and for Sort-Object.</summary>
public sealed class OutputTypeTests
{
    /// <summary>It forgets, and has nothing to show for it.</summary>
    private const string Silent = "Disconnect-KlingLipSync";

    [Fact]
    public async Task Every_command_names_what_it_emits_one_by_one()
    {
        var module = await ModuleShape.ReadAsync();

        Assert.Empty(module.Commands.Single(c => c.Name == Silent).OutputType);
        Assert.All(module.Commands.Where(c => c.Name != Silent), c =>
        {
            var type = Assert.Single(c.OutputType).Type;
            Assert.NotNull(type);
            Assert.False(type.IsArray || type == typeof(object) || type == typeof(string) || type == typeof(PSObject), c.Name);
            Assert.True(type == typeof(bool) || type == typeof(FileInfo) || (type is { IsPublic: true, Namespace: "KlingLipSync" } && type.Assembly == ModuleShape.Engine), c.Name);
            Assert.Equal((c.Name, c.Verb == "Test"), (c.Name, type == typeof(bool)));
        });
    }

    [Fact]
    public async Task What_was_emitted_cannot_be_changed()
    {
        var module = await ModuleShape.ReadAsync();
        var types = ModuleShape.Reachable(module.OutputTypes());

        Assert.True(types.Count(t => !t.IsEnum) >= 8);
        Assert.All(types.SelectMany(t => t.GetProperties()), p => Assert.True(p.SetMethod is null || !p.SetMethod.IsPublic
            || p.SetMethod.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)), $"{p.DeclaringType!.Name}.{p.Name}"));
        Assert.All(types.SelectMany(t => t.GetFields()).Where(f => !f.IsStatic && !f.IsSpecialName), f => Assert.Fail($"{f.DeclaringType!.Name}.{f.Name}"));
    }

    [Fact]
    public async Task Its_values_are_what_every_wire_and_file_can_hold_and_what_can_be_sorted()
    {
        var module = await ModuleShape.ReadAsync();

        Assert.All(ModuleShape.Reachable(module.OutputTypes()).Where(t => !t.IsEnum).SelectMany(t => t.GetProperties()), p =>
        {
            var type = ModuleShape.Element(p.PropertyType);
            var isPlain = type.IsPrimitive || type.IsEnum || type == typeof(string) || type == typeof(decimal) || type == typeof(DateTimeOffset) || type == typeof(TimeSpan);
            Assert.True(isPlain || type.Assembly == ModuleShape.Engine, $"{p.DeclaringType!.Name}.{p.Name} is {type}");
            Assert.True(!isPlain || typeof(IComparable).IsAssignableFrom(type), $"{p.DeclaringType!.Name}.{p.Name}");
        });
    }

    [Fact]
    public async Task A_job_that_went_over_a_wire_is_flat_and_still_names_its_job()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("one.mp4");
        var job = (await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out")).CleanOne();

        var copy = (PSObject)PSSerializer.Deserialize(PSSerializer.Serialize(job));

        Assert.Equal("Deserialized.KlingLipSync.LipSyncJob", copy.TypeNames[0]);
        Assert.All(job.BaseObject.GetType().GetProperties().Where(p => ModuleShape.Element(p.PropertyType).Assembly != ModuleShape.Engine), p =>
        {
            // A time arrives in its parts.
            var (sent, came) = (p.GetValue(job.BaseObject), copy.Properties[p.Name].Value);
            Assert.Equal((p.Name, sent is DateTimeOffset time ? time.UtcTicks : sent), (p.Name, sent is DateTimeOffset ? ((PSObject)came).Get("UtcTicks") : came));
        });
        shell["copy"] = copy;
        Assert.Equal(job.Id(), (await shell.RunAsync("$copy | Get-KlingLipSyncJob -Local")).CleanOne().Id());
        Assert.Equal(shell.Folder.At("out", "one.lipsync.mp4"), (await shell.RunAsync("$copy | Save-KlingLipSyncResult -Destination $out")).CleanOne().Text("FullName"));
    }
}
