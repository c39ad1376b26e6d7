using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Errors;

/// <summary>Keys, accounts, endpoints and proxies.</summary>
internal static class KeyScenes
{
    private const string Connect = "Connect-KlingLipSync -Endpoint $endpoint -ApiKey $key";

    public static IEnumerable<ErrorScene> All =>
    [
        new("NoApiKey", async shell =>
        {
            using var session = new ModuleSession();
            session["clip"] = shell.Folder.Pair("one.mp4");
            return SeenError.In(await session.RunAsync("Invoke-KlingLipSync $clip"), "NoApiKey");
        }),
        ErrorScene.Of("ApiKeyMalformed", Connect, shell => shell["key"] = ModuleSession.Secure("half a key")),
        ErrorScene.Of("ApiKeyRejected", Connect, shell => shell["key"] = ModuleSession.Secure("demo:wrong")),
        ErrorScene.Of("AccountLocked", Connect, shell =>
            shell.Emulator.AddFaults(ErrorScene.Answer(EmulatorRoute.Status, 403, """{"detail":"User is locked. Reason: Exhausted balance."}"""))),
        ErrorScene.Of("SpendingStopped", "Invoke-KlingLipSync $clip", shell =>
        {
            shell["clip"] = shell.Folder.Pair("one.mp4");
            shell.Emulator.Lock();
        }),
        ErrorScene.Of("EndpointInvalid", Connect, shell => shell["endpoint"] = "http://example.com"),
        ErrorScene.Of("EndpointUnreachable", Connect, shell => shell["endpoint"] = "http://127.0.0.1:1"),
        ErrorScene.Of("ProxyInvalid", $"{Connect} -Proxy ftp://proxy.test", _ => { }),
        new("ProxyRefused", async shell =>
        {
            await using var proxy = new WebPage(_ => WebPage.Answer(407, "text/plain", "Who are you?"));
            shell["proxy"] = proxy.Url.ToString();
            return SeenError.In(await shell.RunAsync("Connect-KlingLipSync -Endpoint https://fal.test -ApiKey $key -Proxy $proxy"), "ProxyRefused");
        }),
        new("EndpointNotFal", async shell =>
        {
            await using var page = WebPage.Html();
            shell["endpoint"] = page.Url.ToString();
            return SeenError.In(await shell.RunAsync(Connect), "EndpointNotFal");
        }),
        ErrorScene.Of("RequestFailed", Connect, shell =>
            shell.Emulator.AddFaults(ErrorScene.Answer(EmulatorRoute.Status, 400, """{"detail":"Not today"}"""))),
    ];
}
