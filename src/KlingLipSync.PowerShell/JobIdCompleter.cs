using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using KlingLipSync.Jobs.Store;

namespace KlingLipSync.Commands;

/// <summary>Completes job ids from the local store, newest first. Asks no network and never fails.</summary>
public sealed class JobIdCompleter : IArgumentCompleter
{
    private const int Most = 50;

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        try
        {
            var folder = SessionSettings.Current.StoreFolder();
            if (!File.Exists(Path.Combine(folder, StoreFile.Name)))
            {
                return [];
            }

            using var store = new JobStore(folder, TimeProvider.System);
            var word = wordToComplete.Trim('\'', '"');
            return store.List(new JobFilter())
                .Where(j => j.Id.StartsWith(word, StringComparison.OrdinalIgnoreCase) || j.RequestId?.StartsWith(word, StringComparison.OrdinalIgnoreCase) == true)
                .Take(Most)
                .Select(j => (Text: j.Id.StartsWith(word, StringComparison.OrdinalIgnoreCase) ? j.Id : j.RequestId!, Job: j))
                .Select(c => new CompletionResult(c.Text, c.Text, CompletionResultType.ParameterValue, c.Job.ToString()))
                .ToList();
        }
        catch (Exception)
        {
            // Tab must be instant and silent; the command itself says what is wrong with the store.
            return [];
        }
    }
}
