using System.Management.Automation;

namespace KlingLipSync.Commands;

/// <summary>What -WhatIf asks for, before there is anything to ask ShouldProcess about.</summary>
internal static class Rehearsal
{
    /// <summary>Whether the command is only to tell what it would do. By the parameter, else by the session's variable.</summary>
    public static bool IsRehearsal(this PSCmdlet command) => LanguagePrimitives.IsTrue(
        command.MyInvocation.BoundParameters.TryGetValue("WhatIf", out var whatIf) ? whatIf : command.SessionState.PSVariable.GetValue("WhatIfPreference"));
}
