using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Internal;
using System.Security;

namespace KlingLipSync.Quickstart;

/// <summary>Writes the engine's streams to the console. Nobody is asked anything.</summary>
internal sealed class ConsoleOutput : PSHostUserInterface
{
    private const string Red = "31", Yellow = "33", Grey = "90";

    private readonly bool coloured = !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
    private readonly ConsoleProgress progress = new();
    private readonly Lock gate = new();

    public override PSHostRawUserInterface RawUI { get; } = new ConsoleSize();

    public override bool SupportsVirtualTerminal => coloured;

    public override void Write(string value) => Put(Console.Out, value);

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => Put(Console.Out, value);

    public override void WriteLine(string value) => Put(Console.Out, value + Environment.NewLine);

    public override void WriteErrorLine(string value) => PutLine(Console.Error, Red, value);

    public override void WriteWarningLine(string message) => PutLine(Console.Out, Yellow, $"WARNING: {message}");

    public override void WriteVerboseLine(string message) => PutLine(Console.Out, Grey, $"VERBOSE: {message}");

    public override void WriteDebugLine(string message) => PutLine(Console.Out, Grey, $"DEBUG: {message}");

    public override void WriteProgress(long sourceId, ProgressRecord record)
    {
        lock (gate)
        {
            progress.Show(record);
        }
    }

    public override string ReadLine() => throw Asked();

    public override SecureString ReadLineAsSecureString() => throw Asked();

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) => throw Asked();

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice) => throw Asked();

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) => throw Asked();

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName,
        PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) => throw Asked();

    private static HostException Asked() => new("The Quickstart runs by itself and asks nothing.");

    private void PutLine(TextWriter writer, string colour, string line) =>
        Put(writer, (coloured && !line.Contains('\e') ? $"\e[{colour}m{line}\e[0m" : line) + Environment.NewLine);

    private void Put(TextWriter writer, string text)
    {
        lock (gate)
        {
            progress.Clear();
            // The engine's views come coloured; to take the colours out is the host's part.
            writer.Write(coloured ? text : new StringDecorated(text).ToString(OutputRendering.PlainText));
        }
    }
}
