using System.Globalization;
using System.Management.Automation.Host;

namespace KlingLipSync.Tests.Commands.Session;

/// <summary>A host without a console that writes down what it is told.</summary>
internal sealed class RecordingHost : PSHost
{
    private readonly RecordingUI ui = new();

    public IReadOnlyList<string> Lines => ui.Lines;

    public Queue<string> Answers => ui.Answers;

    public void Forget() => ui.Forget();

    public override CultureInfo CurrentCulture => CultureInfo.InvariantCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.InvariantCulture;

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override string Name => "Tests";

    public override PSHostUserInterface UI => ui;

    public override Version Version { get; } = new(1, 0);

    public override void EnterNestedPrompt() => throw new NotSupportedException();

    public override void ExitNestedPrompt() => throw new NotSupportedException();

    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }

    public override void SetShouldExit(int exitCode)
    {
    }
}
