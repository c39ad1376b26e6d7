using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace KlingLipSync.Commands;

/// <summary>What all completers keep to: they ask nobody but this machine, make nothing, and never fail.</summary>
public abstract class LocalCompleter : IArgumentCompleter
{
    /// <summary>A menu of more is not read.</summary>
    private protected const int Most = 50;

    private protected LocalCompleter()
    {
    }

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        try
        {
            return [.. Complete(new Completion(commandName ?? "", parameterName ?? "", CompletionWord.Read(wordToComplete), fakeBoundParameters))];
        }
        catch (Exception)
        {
            // Tab is silent; the command itself says what is wrong with a store or a folder.
            return [];
        }
    }

    /// <summary>What may stand there.</summary>
    private protected abstract IEnumerable<CompletionResult> Complete(Completion wanted);

    /// <summary>One offer, quoted as it needs to be.</summary>
    /// <param name="text">What is put into the command line.</param>
    /// <param name="tip">What the menu says of it.</param>
    private protected static CompletionResult Offer(string text, string tip) =>
        new(CompletionWord.Write(text), text, CompletionResultType.ParameterValue, tip.Length > 0 ? tip : text);
}

/// <summary>What is to be completed.</summary>
/// <param name="Command">The command's name.</param>
/// <param name="Parameter">The parameter's name.</param>
/// <param name="Typed">What stands there so far, without its quotes.</param>
/// <param name="Bound">What else was typed, as far as it can be told.</param>
internal sealed record Completion(string Command, string Parameter, string Typed, IDictionary? Bound)
{
    /// <summary>The first text given for a parameter; null where there is none.</summary>
    public string? TextOf(string parameter) => Bound?[parameter] switch
    {
        string text => text,
        PSObject { BaseObject: string text } => text,
        IEnumerable several => several.Cast<object?>().Select(one => (one as PSObject)?.BaseObject ?? one).OfType<string>().FirstOrDefault(),
        _ => null,
    };
}
