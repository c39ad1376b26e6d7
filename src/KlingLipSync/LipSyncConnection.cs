namespace KlingLipSync;

/// <summary>What a session is connected to.</summary>
/// <param name="Endpoint">The service: <c>fal</c>, or a custom base URL.</param>
/// <param name="KeyId">The id half of the key; never the secret.</param>
/// <param name="StorePath">The folder of the store.</param>
public sealed record LipSyncConnection(string Endpoint, string KeyId, string StorePath)
{
    /// <summary>The proxy that the service is reached through, without user and password; null where it is reached directly.</summary>
    public string? Proxy { get; init; }
}
