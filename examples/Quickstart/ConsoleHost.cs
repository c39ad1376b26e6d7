using System.Globalization;
using System.Management.Automation.Host;

namespace KlingLipSync.Quickstart;

/// <summary>What the PowerShell engine needs to know of the program around it: a console that asks nothing.</summary>
internal sealed class ConsoleHost : PSHost
{
    private readonly ConsoleOutput output = new();

    public override string Name => "Quickstart";

    public override Version Version { get; } = typeof(ConsoleHost).Assembly.GetName().Version ?? new Version(0, 0);

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override CultureInfo CurrentCulture => CultureInfo.CurrentCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.CurrentUICulture;

    public override PSHostUserInterface UI => output;

    public override void SetShouldExit(int exitCode)
    {
        // Asked only where somebody types; a script's exit code is read from its engine.
    }

    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }

    public override void EnterNestedPrompt() => throw new NotSupportedException("This host has no prompt.");

    public override void ExitNestedPrompt() => throw new NotSupportedException("This host has no prompt.");
}
