using System.Management.Automation;

namespace KlingLipSync.Tests.Commands.Session;

/// <summary>Objects of the module as a script sees them: by the names of their properties. Their types are out of this project's reach.</summary>
internal static class Seen
{
    public static object? Get(this PSObject seen, string property)
    {
        var member = seen.Properties[property];
        Assert.True(member is not null, $"{seen.TypeNames[0]} has no property {property}.");
        return member.Value is PSObject wrapped ? wrapped.BaseObject : member.Value;
    }

    public static string? Text(this PSObject seen, string property) => seen.Get(property)?.ToString();

    public static string State(this PSObject job) => job.Text("State")!;

    public static string Id(this PSObject job) => job.Text("Id")!;

    public static bool Reused(this PSObject job) => (bool)job.Get("Reused")!;

    public static PSObject Target(this ErrorRecord error) => PSObject.AsPSObject(error.TargetObject);

    /// <summary>The inputs of an error that is about several.</summary>
    public static PSObject[] Targets(this ErrorRecord error) =>
        [.. Assert.IsAssignableFrom<System.Collections.IEnumerable>(error.Target().BaseObject).Cast<object>().Select(PSObject.AsPSObject)];
}
