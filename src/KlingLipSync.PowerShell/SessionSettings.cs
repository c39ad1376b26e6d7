using System.Globalization;
using System.Management.Automation.Runspaces;
using System.Net;
using System.Runtime.CompilerServices;
using System.Security;
using KlingLipSync.Fal;
using KlingLipSync.Jobs.Store;

namespace KlingLipSync.Commands;

/// <summary>What <c>Connect-KlingLipSync</c> set, per runspace, and the order in which key, endpoint and store are looked up.</summary>
internal sealed class SessionSettings
{
    // Runspaces share statics: parallel ones must not see each other's keys. Held weakly, gone with the runspace.
    private static readonly ConditionalWeakTable<Runspace, SessionSettings> All = [];

    /// <summary>The connected key; null when there is none.</summary>
    public FalCredential? ConnectedKey { get; private set; }

    /// <summary>How calls leave this network.</summary>
    public FalProxy Proxy { get; private set; } = FalProxy.OfEnvironment;

    private FalEndpoint? connectedEndpoint;
    private string? connectedStore;

    /// <summary>The settings of the runspace that this thread runs a command of.</summary>
    public static SessionSettings Current => All.GetValue(Runspace.DefaultRunspace, _ => new SessionSettings());

    /// <summary>Sets what the session uses from now on; a store that is not named stays the one it was.</summary>
    public void Connect(FalCredential key, FalEndpoint endpoint, FalProxy proxy, string? store)
    {
        Proxy = proxy;
        ConnectedKey = key;
        connectedEndpoint = endpoint;
        connectedStore = store ?? connectedStore;
    }

    public void Disconnect()
    {
        ConnectedKey = null;
        Proxy = FalProxy.OfEnvironment;
        connectedEndpoint = null;
        connectedStore = null;
    }

    /// <exception cref="LipSyncException">The text found is not a key.</exception>
    public FalCredential? Credential(SecureString? given)
    {
        if (given is not null)
        {
            if (ApiKeyAttribute.RefusalOf(given) is { } refusal)
            {
                throw NotTaken(refusal);
            }

            return FalCredential.Parse(new NetworkCredential("", given).Password);
        }

        if (ConnectedKey is not null)
        {
            return ConnectedKey;
        }

        if (Variable("FAL_KEY") is { } whole)
        {
            return FalCredential.Parse(whole);
        }

        return Variable("FAL_KEY_ID") is { } id && Variable("FAL_KEY_SECRET") is { } secret
            ? FalCredential.Parse($"{id.Trim()}:{secret.Trim()}")
            : null;
    }

    /// <exception cref="LipSyncException">The text found is no usable endpoint.</exception>
    public FalEndpoint Endpoint(string? given)
    {
        if (given is not null)
        {
            return FalEndpoint.Parse(given);
        }

        if (connectedEndpoint is not null)
        {
            return connectedEndpoint;
        }

        return Variable("KLINGLIPSYNC_ENDPOINT") is { } url
            ? FalEndpoint.Parse(url)
            : FalEndpoint.FromHosts(Variable("FAL_RUN_HOST"), Variable("FAL_QUEUE_RUN_HOST"));
    }

    /// <summary>The endpoint as whoever set it wrote it, but for passwords: the target of errors about the whole session.</summary>
    public string EndpointText(string? given) =>
        given is not null && !given.Contains('@', StringComparison.Ordinal) ? given
        : FalRedaction.Mask(given ?? connectedEndpoint?.Name ?? Variable("KLINGLIPSYNC_ENDPOINT") ?? Variable("FAL_RUN_HOST")?.Split('@')[^1] ?? "fal", credential: null);

    /// <summary>The base URLs that stand for fal in this session, with where each comes from. What is no usable one is left out.</summary>
    public IEnumerable<(string Text, string Why)> CustomEndpoints()
    {
        if (connectedEndpoint is { IsCustom: true })
        {
            yield return (connectedEndpoint.Name, "the session's endpoint");
        }

        if (Variable("KLINGLIPSYNC_ENDPOINT") is { } url && IsUsable(url, out var name))
        {
            yield return (name, "KLINGLIPSYNC_ENDPOINT");
        }
    }

    public string StoreFolder() => connectedStore ?? StoreFile.DefaultFolder(Environment.GetEnvironmentVariable);

    /// <summary>How soon a loopback endpoint's silence proves something, in seconds; for rehearsals. Null for the time that fal itself needs.</summary>
    public static TimeSpan? Horizon() =>
        double.TryParse(Variable("KLINGLIPSYNC_HORIZON_SECONDS"), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and < 1e9
            ? TimeSpan.FromSeconds(seconds)
            : null;

    private static LipSyncException NotTaken(KeyRefusal refusal) => new(
        LipSyncError.ApiKeyMalformed,
        $"The API key was given {refusal.How}, which is not taken{(refusal.IsText ? ": it would end up in histories, transcripts and logs" : "")}. "
        + "Give a SecureString or a PSCredential, as Get-Secret and Get-Credential return them, or a table with KeyId and, as a SecureString, KeySecret.")
    {
        Remedy = "Connect-KlingLipSync -ApiKey (Read-Host -AsSecureString -Prompt 'fal key')   # of a variable: ConvertTo-SecureString $text -AsPlainText",
    };

    private static bool IsUsable(string url, out string name)
    {
        try
        {
            name = FalEndpoint.Parse(url).Name;
            return true;
        }
        catch (LipSyncException)
        {
            name = "";
            return false;
        }
    }

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;
}
