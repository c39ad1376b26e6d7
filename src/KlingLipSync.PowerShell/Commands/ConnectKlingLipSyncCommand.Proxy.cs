using System.Management.Automation;
using System.Net;
using KlingLipSync.Fal;

namespace KlingLipSync.Commands;

/// <content>How the session's calls leave this network. The names and their sense are those of Invoke-RestMethod.</content>
public sealed partial class ConnectKlingLipSyncCommand
{
    private const string EnvironmentSet = "Environment", ProxySet = "Proxy", NoProxySet = "NoProxy";

    /// <summary>The proxy of this session's calls, in place of the environment's.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ProxySet, HelpMessage = "The proxy's URL, such as http://proxy.example:3128.")]
    [ValidateNotNull]
    public Uri? Proxy { get; set; }

    /// <summary>The user and password for a proxy that asks for them.</summary>
    [Parameter(ParameterSetName = EnvironmentSet)]
    [Parameter(ParameterSetName = ProxySet)]
    [Credential]
    public PSCredential? ProxyCredential { get; set; }

    /// <summary>Answer a proxy that asks with the account that PowerShell runs as.</summary>
    [Parameter(ParameterSetName = EnvironmentSet)]
    [Parameter(ParameterSetName = ProxySet)]
    public SwitchParameter ProxyUseDefaultCredentials { get; set; }

    /// <summary>Take no proxy, whatever the environment says.</summary>
    [Parameter(Mandatory = true, ParameterSetName = NoProxySet, HelpMessage = "Take no proxy.")]
    public SwitchParameter NoProxy { get; set; }

    private protected override FalProxy SessionProxy()
    {
        if (ProxyCredential is not null && ProxyUseDefaultCredentials)
        {
            throw new LipSyncException(LipSyncError.ProxyInvalid, "Credentials for the proxy came in two ways: -ProxyCredential and -ProxyUseDefaultCredentials.");
        }

        ICredentials? credentials = ProxyUseDefaultCredentials ? CredentialCache.DefaultCredentials : ProxyCredential?.GetNetworkCredential();
        return Proxy is { } url ? FalProxy.At(url, credentials)
            : NoProxy ? FalProxy.None
            : FalProxy.OfEnvironmentWith(credentials);
    }
}
