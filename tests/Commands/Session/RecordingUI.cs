using System.Collections.Concurrent;
using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace KlingLipSync.Tests.Commands.Session;

/// <summary>Keeps every line that is shown; nobody is there to be asked, unless a test says what they answer.</summary>
internal sealed class RecordingUI : PSHostUserInterface
{
    private readonly ConcurrentQueue<string> lines = new();

    public IReadOnlyList<string> Lines => [.. lines];

    public override PSHostRawUserInterface? RawUI => null;

    /// <summary>What is answered to the next questions, by the labels of their choices; the last one to all that follow.</summary>
    public Queue<string> Answers { get; } = new();

    public void Forget() => lines.Clear();

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) =>
        throw new NotSupportedException($"Nobody is there to be asked: {message}");

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        if (Answers.Count == 0)
        {
            throw new NotSupportedException($"Nobody is there to be asked: {message}");
        }

        lines.Enqueue($"? {message}");
        var answer = Answers.Count > 1 ? Answers.Dequeue() : Answers.Peek();
        return choices.Select(c => c.Label).ToList().IndexOf(answer);
    }

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
        throw new NotSupportedException($"Nobody is there to be asked: {message}");

    public override PSCredential PromptForCredential(
        string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) =>
        throw new NotSupportedException($"Nobody is there to be asked: {message}");

    public override string ReadLine() => throw new NotSupportedException();

    public override SecureString ReadLineAsSecureString() => throw new NotSupportedException();

    public override void Write(string value) => lines.Enqueue(value);

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => lines.Enqueue(value);

    public override void WriteLine(string value) => lines.Enqueue(value);

    public override void WriteErrorLine(string value) => lines.Enqueue(value);

    public override void WriteDebugLine(string message) => lines.Enqueue(message);

    public override void WriteVerboseLine(string message) => lines.Enqueue(message);

    public override void WriteWarningLine(string message) => lines.Enqueue(message);

    public override void WriteProgress(long sourceId, ProgressRecord record) => lines.Enqueue(record.ToString());
}
