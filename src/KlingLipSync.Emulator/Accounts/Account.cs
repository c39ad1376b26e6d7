namespace KlingLipSync.Emulator.Accounts;

/// <summary>Who a request belongs to. Each ordinary key is an account of its own.</summary>
internal sealed record Account(string KeyId);
