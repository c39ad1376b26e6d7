using System.Management.Automation;
using System.Reflection;
using System.Security;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;
using KlingLipSync.Tests.Commands.Shape;

namespace KlingLipSync.Tests.Commands.Jobs;

/// <summary>Objects that went through a file, a job or another machine: flattened, and still good for the next command.</summary>
public sealed class SerialisedTests
{
    /// <summary>What a serializer keeps as it is. The rest arrives as its text and its own properties.</summary>
    private static readonly Type[] Simple = [typeof(string), typeof(bool), typeof(int), typeof(long), typeof(decimal), typeof(double), typeof(TimeSpan), typeof(Uri)];

    [Fact]
    public async Task A_job_is_waited_for_and_saved_by_its_id()
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromMilliseconds(300) });
        shell["files"] = Piped.Files(shell.Folder.Pairs(2));

        var run = await shell.RunAsync("""
            function Copy-Flat { [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize(@($input))) }
            $files | Invoke-KlingLipSync -NoWait | Copy-Flat | Wait-KlingLipSyncJob | Copy-Flat | Save-KlingLipSyncResult -Destination $out
            """);

        Assert.Equal(2, run.Clean().Count(f => f.BaseObject is FileInfo { Exists: true }));
    }

    [Fact]
    public async Task The_input_of_an_error_is_tried_again()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files(shell.Folder.Pairs(2));

        var run = await shell.RunAsync("""
            try { $files | Invoke-KlingLipSync -Destination $out -MaxCost 0.01 } catch { $failed = $_ }
            [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize(@($failed.TargetObject))) | Invoke-KlingLipSync
            """);

        Assert.Equal(["Saved", "Saved"], run.Clean().Select(Seen.State));
    }

    [Fact]
    public async Task Every_value_of_every_object_arrives()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files(shell.Folder.Pairs(1));
        var given = (await shell.RunAsync("""
            Connect-KlingLipSync
            Set-KlingLipSyncBudget 5 Day -PassThru
            $files | Get-KlingLipSyncMedia -Pair -Destination $out
            $files | Measure-KlingLipSyncCost
            $files | Invoke-KlingLipSync -Destination $out -Tag mine -InformationVariable told
            Get-KlingLipSyncJob -Local | Watch-KlingLipSyncJob
            $told[0].MessageData
            """)).Clean();
        Assert.True(given.Select(o => o.TypeNames[0]).Distinct().Count() >= 6, string.Join(' ', given.Select(o => o.TypeNames[0]).Distinct()));

        foreach (var sent in given)
        {
            var arrived = PSObject.AsPSObject(PSSerializer.Deserialize(PSSerializer.Serialize(sent)));
            Assert.Contains("Deserialized." + sent.TypeNames[0], arrived.TypeNames);
            foreach (var property in sent.BaseObject.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
            {
                var value = property.GetValue(sent.BaseObject);
                Assert.True(arrived.Properties[property.Name] is not null, $"{sent.TypeNames[0]}.{property.Name} is lost.");
                var copy = arrived.Properties[property.Name].Value;
                if (value is null || Simple.Contains(value.GetType()))
                {
                    Assert.Equal(value, copy is PSObject wrapped ? wrapped.BaseObject : copy);
                }
                else if (value is Enum)
                {
                    Assert.Equal(value.ToString(), copy.ToString());
                }
            }
        }
    }

    [Fact]
    public async Task No_public_type_has_a_property_that_holds_a_secret_or_a_handle()
    {
        _ = await ModuleShape.ReadAsync();
        var types = ModuleShape.Engine.GetExportedTypes()
            .Where(t => t.Namespace == "KlingLipSync" && t.Name.StartsWith("LipSync", StringComparison.Ordinal) && !typeof(Exception).IsAssignableFrom(t))
            .ToList();

        Assert.True(types.Count > 10);
        foreach (var property in types.SelectMany(t => t.GetProperties()))
        {
            var type = property.PropertyType.IsArray ? property.PropertyType.GetElementType()! : Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            Assert.False(
                type == typeof(SecureString) || type == typeof(PSCredential) || type == typeof(object) || type.Name == "FalCredential"
                || typeof(Delegate).IsAssignableFrom(type) || typeof(Stream).IsAssignableFrom(type),
                $"{property.DeclaringType}.{property.Name}");
        }
    }
}
