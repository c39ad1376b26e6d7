using System.Management.Automation;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Help;

/// <summary>Reads what Get-Help gives: nested objects whose members are one object or many.</summary>
internal static class HelpObjects
{
    public static async Task<IReadOnlyList<CmdletInfo>> CommandsAsync(ModuleSession session)
    {
        var commands = (await session.RunAsync("Get-Command -Module KlingLipSync")).Clean();
        Assert.NotEmpty(commands);
        return [.. commands.Select(c => (CmdletInfo)c.BaseObject)];
    }

    public static async Task<PSObject> OfAsync(ModuleSession session, string command) =>
        (await session.RunAsync($"Get-Help {command} -Full")).CleanOne();

    /// <summary>A member's text; empty where there is no such member.</summary>
    public static string Text(this PSObject help, string name) => help.Properties[name]?.Value?.ToString() ?? "";

    public static PSObject Child(this PSObject help, string name) => Assert.Single(help.Children(name));

    public static IReadOnlyList<PSObject> Children(this PSObject help, string name) =>
        [.. LanguagePrimitives.GetEnumerable(help.Properties[name]?.Value)?.Cast<object>().Select(PSObject.AsPSObject)
            ?? (help.Properties[name]?.Value is { } one ? [PSObject.AsPSObject(one)] : [])];
}
