using System.Security;
using KlingLipSync.Fal;
using KlingLipSync.Jobs;

namespace KlingLipSync.Commands;

/// <summary>What all commands share: a session over key, endpoint and store, and errors from the catalogue.</summary>
public abstract class CatalogueCommand : AsyncCommand
{
    /// <summary>What the command works on, from <see cref="OpenSession"/> to its end.</summary>
    private protected LipSyncSession Session { get; private set; } = null!;

    /// <summary>Reads key, endpoint and store place. Opens nothing yet.</summary>
    /// <param name="endpoint">The endpoint that was given, if any.</param>
    /// <param name="apiKey">The key that was given, if any.</param>
    /// <param name="needsKey">False where the store alone can answer.</param>
    private protected void OpenSession(string? endpoint, SecureString? apiKey, bool needsKey) =>
        Open(endpoint, settings => settings.Credential(apiKey), needsKey);

    /// <summary>Warning, verbose and debug records hold the parameters of their command, and off Windows an exported SecureString is readable text.</summary>
    private void ForgetKeyGiven() => MyInvocation.BoundParameters.Remove(nameof(LipSyncCommand.ApiKey));

    /// <summary>Reads endpoint and store place, for commands that ask fal nothing: whatever the key is, it is no matter to them.</summary>
    private protected void OpenWithoutKey() => Open(null, _ => null, needsKey: false);

    private void Open(string? endpoint, Func<SessionSettings, FalCredential?> key, bool needsKey)
    {
        var settings = SessionSettings.Current;
        Session?.Dispose();
        ForgetKeyGiven();
        try
        {
            Session = new LipSyncSession(settings.Endpoint(endpoint).Through(SessionProxy()), key(settings), settings.StoreFolder(), horizon: SessionSettings.Horizon());
            if (needsKey)
            {
                Session.RequireCredential();
            }
        }
        catch (LipSyncException e)
        {
            ThrowTerminatingError(ErrorCatalogue.Record(e, settings.EndpointText(endpoint)));
        }
    }

    /// <summary>The proxy that the session was connected with.</summary>
    private protected virtual FalProxy SessionProxy() => SessionSettings.Current.Proxy;

    private protected override ValueTask CloseAsync()
    {
        Session?.Dispose();
        return default;
    }

    /// <summary>A failure that touches everything ends the command with its record; none gets out under a name that is not in the catalogue.</summary>
    private protected override void Throw(Exception e) =>
        ThrowTerminatingError(ErrorCatalogue.Record(PublicFailure.Of(e, Session.Credential), FailureTarget));

    /// <summary>What a failure of the whole command is about.</summary>
    private protected abstract object? FailureTarget { get; }

    /// <summary>Tells, once, of requests that were taken for absent and were found after their pairs had been paid for again. On the pipeline thread.</summary>
    private protected void WarnOfSecondPayments()
    {
        try
        {
            foreach (var (job, request) in Session.Store.SecondPayments(Session.BudgetScope))
            {
                WriteWarning($"Job {job} was paid twice: the request {request}, which was taken for absent, was found in fal's history after the pair had been sent again. "
                    + $"Save-KlingLipSyncResult {request} -Destination <folder> -NameTemplate '{{Name}}.{{RequestId}}' saves its result as well.");
                Session.Store.WriteTold(request);
            }
        }
        catch (LipSyncException e)
        {
            Throw(e);
        }
    }

    /// <summary>One non-terminating error about one item.</summary>
    private protected void WriteFailure(LipSyncException e, object? target) => WriteError(ErrorCatalogue.Record(e, target));
}
