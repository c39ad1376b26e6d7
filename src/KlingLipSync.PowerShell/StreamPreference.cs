using System.Management.Automation;

namespace KlingLipSync.Commands;

/// <summary>What the user wants done with a stream.</summary>
internal static class StreamPreference
{
    /// <summary>By the parameter, else by the session's variable.</summary>
    public static ActionPreference Preference(this PSCmdlet command, string parameter, string variable)
    {
        var value = command.MyInvocation.BoundParameters.TryGetValue(parameter, out var bound) ? bound : command.SessionState.PSVariable.GetValue(variable);
        return LanguagePrimitives.TryConvertTo<ActionPreference>(value, out var preference) ? preference : ActionPreference.Continue;
    }
}
