using KlingLipSync.Emulator.Control;
using KlingLipSync.Emulator.Platform;
using KlingLipSync.Emulator.Queue;
using KlingLipSync.Emulator.Storage;

namespace KlingLipSync.Emulator.Http;

/// <summary>Finds what answers a request. The first segment stands for one of fal's hosts.</summary>
internal sealed class Router(
    SubmitRoute submit, StatusRoute status, StreamRoute stream, ResultRoute result, CancelRoute cancel,
    PresignedRoutes presigned, TokenRoutes token, DownloadRoute download, HistoryRoute history, PayloadRoute payloads, ControlRoutes control)
{
    public Target Find(HttpRequest request)
    {
        var segments = (request.Path.Value ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries);
        var method = request.Method;
        return segments switch
        {
            ["queue", .. var rest] => Queue(method, rest),
            ["run", .. var rest] => Run(method, rest),
            ["rest", "storage", .. var rest] => Storage(method, rest),
            ["cdn", .. var rest] => Cdn(method, rest),
            ["api", .. var rest] => Platform(method, rest),
            ["_emulator", .. var rest] => control.Find(method, rest),
            _ => Target.Fixed(Replies.NotFound()),
        };
    }

    private Target Queue(string method, string[] path) => path switch
    {
        // Later URLs keep owner and alias of the endpoint id only.
        [var owner, var alias, "requests", var id, .. [] or ["response"]] =>
            Only("GET", method, EmulatorRoute.Result, context => result.ReadAsync(context, $"{owner}/{alias}", id)),
        [var owner, var alias, "requests", var id, "status"] =>
            Only("GET", method, EmulatorRoute.Status, context => status.ReadAsync(context, $"{owner}/{alias}", id)),
        [var owner, var alias, "requests", var id, "status", "stream"] =>
            Only("GET", method, EmulatorRoute.Stream, context => stream.OpenAsync(context, $"{owner}/{alias}", id)),
        [var owner, var alias, "requests", var id, "cancel"] =>
            Only("PUT", method, EmulatorRoute.Cancel, context => cancel.CancelAsync(context, $"{owner}/{alias}", id)),
        [_, _, "requests", ..] => Target.Fixed(Replies.NotFound()),
        // Anything else below an app is an endpoint of it, a status URL built from the full endpoint id included: only POST.
        [var owner, var alias, .. var rest] =>
            Only("POST", method, EmulatorRoute.Submit, context => submit.SubmitAsync(context, $"{owner}/{alias}", "/" + string.Join('/', rest))),
        _ => Target.Fixed(Replies.NotFound()),
    };

    private Target Run(string method, string[] path) => path switch
    {
        [var owner, var alias, .. var rest] =>
            Only("POST", method, EmulatorRoute.Submit, context => submit.RunAsync(context, $"{owner}/{alias}", "/" + string.Join('/', rest))),
        _ => Target.Fixed(Replies.NotFound()),
    };

    private Target Storage(string method, string[] path) => path switch
    {
        ["upload", "initiate"] => Only("POST", method, EmulatorRoute.Initiate, context => presigned.InitiateAsync(context, inParts: false)),
        ["upload", "initiate-multipart"] => Only("POST", method, EmulatorRoute.Initiate, context => presigned.InitiateAsync(context, inParts: true)),
        ["auth", "token"] => Only("POST", method, EmulatorRoute.Token, token.IssueAsync),
        _ => Target.Fixed(Replies.NotFound()),
    };

    private Target Cdn(string method, string[] path) => path switch
    {
        ["upload", var id] => Only("PUT", method, EmulatorRoute.Put, context => presigned.PutAsync(context, id)),
        ["upload", var id, "complete"] => Only("POST", method, EmulatorRoute.Complete, context => presigned.CompleteAsync(context, id)),
        ["upload", var id, var number] => Only("PUT", method, EmulatorRoute.Part, context => presigned.PartAsync(context, id, number)),
        ["files", "upload"] => Only("POST", method, EmulatorRoute.Upload, token.UploadAsync),
        ["files", "upload", "multipart"] => Only("POST", method, EmulatorRoute.Upload, token.OpenAsync),
        ["files", .. var file, "multipart", var id, "complete"] =>
            Only("POST", method, EmulatorRoute.Complete, context => token.CompleteAsync(context, string.Join('/', file), id)),
        ["files", .. var file, "multipart", var id, var number] =>
            Only("PUT", method, EmulatorRoute.Part, context => token.PartAsync(context, string.Join('/', file), id, number)),
        ["files", .. var file] when HttpMethods.IsOptions(method) && file.Length > 0 => Target.Fixed(Preflight()),
        ["files", .. var file] when file.Length > 0 =>
            Only(HttpMethods.IsHead(method) ? "HEAD" : "GET", method, EmulatorRoute.Download, context => download.ReadAsync(context, string.Join('/', file)), "GET, HEAD"),
        _ => Target.Fixed(Replies.NotFound()),
    };

    private Target Platform(string method, string[] path) => path switch
    {
        ["v1", "models", "requests", "by-endpoint"] => Get(method, history.ByEndpointAsync),
        ["v1", "models", "requests", "search"] => Get(method, history.SearchAsync),
        ["v1", "models", "requests", var id, "payloads"] => method == "DELETE"
            ? new Target(EmulatorRoute.DeletePayloads, context => payloads.DeleteAsync(context, id))
            : Target.Fixed(PlatformReplies.WrongVerb("DELETE")),
        _ => Target.Fixed(PlatformReplies.NotFound()),
    };

    private static Target Get(string method, Func<HttpContext, Task<Reply>> answer) =>
        method == "GET" ? new Target(EmulatorRoute.History, answer) : Target.Fixed(PlatformReplies.WrongVerb("GET"));

    private static Target Only(string verb, string method, EmulatorRoute route, Func<HttpContext, Task<Reply>> answer, string? allowed = null) =>
        method == verb ? new Target(route, answer) : Target.Fixed(Replies.WrongVerb(allowed ?? verb));

    private static Reply Preflight() => Replies.Empty(204)
        .With("Access-Control-Allow-Origin", "*")
        .With("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS")
        .With("Access-Control-Allow-Headers", "*");
}
