using KlingLipSync.Fal;

namespace KlingLipSync.Tests.Unit.Fal;

/// <summary>What the tests of the wire share.</summary>
internal static class Wire
{
    public const string Secret = "0123456789abcdef0123456789abcdef";
    public const string Key = "11111111-2222-3333-4444-555555555555:" + Secret;
    public const string RequestId = "019a-request_id";

    public static FalClient Client(WireServer server, TimeProvider? time = null) =>
        new(FalEndpoint.Parse(server.Url), FalCredential.Parse(Key), time ?? new HurriedTime(), () => 0.5);

    public static (Uri Status, Uri Response, Uri Cancel) Urls(FalClient client) =>
        FalClient.UrlsFor(client.Endpoint, KlingLipSync.Media.LipSyncModel.EndpointId, RequestId);

    public static string Status(string status, string more = "") => $$"""{"status":"{{status}}","request_id":"{{RequestId}}"{{more}}}""";
}
