namespace KlingLipSync.Tests.Unit.Fal;

/// <summary>A request as it came over the wire.</summary>
internal sealed record WireRequest(
    string Method,
    string Target,
    string Version,
    IReadOnlyDictionary<string, string> Headers,
    long BodyLength,
    string BodySha256,
    string BodyStart)
{
    public string? Header(string name) => Headers.GetValueOrDefault(name);
}
