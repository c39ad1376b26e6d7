namespace KlingLipSync;

/// <summary>What a session is connected to.</summary>
/// <param name="Endpoint">The service: <c>fal</c>, or a custom base URL.</param>
/// <param name="KeyId">The id half of the key; never the secret.</param>
/// <param name="StorePath">The folder of the store.</param>
public sealed record LipSyncConnection(string Endpoint, string KeyId, string StorePath);
