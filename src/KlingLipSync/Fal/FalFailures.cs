using System.Net.Sockets;
using System.Security.Authentication;

namespace KlingLipSync.Fal;

/// <summary>Names a failed call: from the answer it got, or from what kept it from getting one.</summary>
internal static class FalFailures
{
    /// <summary>The failure that an answer of fal's own services is.</summary>
    public static FalException Of(FalRoute route, FalReply reply, FalCredential? credential, DateTimeOffset now)
    {
        var body = FalErrorBody.Read(reply.Json);
        var type = body.Type ?? reply.ErrorType;
        var kind = type == FalErrorBody.ConcurrencyLimit ? FalFailureKind.RateLimited : KindOf(reply);
        return Build(route, kind, reply, body, type, credential, now);
    }

    /// <summary>An answer that came as a success and has not the fields the call needs.</summary>
    public static FalException NotFal(FalRoute route, FalReply reply, FalCredential? credential, DateTimeOffset now)
    {
        var body = FalErrorBody.Read(reply.Json);
        var type = body.Type ?? reply.ErrorType;
        var kind = type == FalErrorBody.ConcurrencyLimit ? FalFailureKind.RateLimited : FalFailureKind.NotFal;
        return Build(route, kind, reply, body, type, credential, now);
    }

    /// <summary>The failure that an answer of a file host is. Such hosts explain themselves in shapes of their own, so only the status counts.</summary>
    public static FalException OfFileHost(FalRoute route, int status, Uri uri, TimeSpan? retryAfter)
    {
        var what = status switch
        {
            403 => "the file is forbidden (403)",
            404 => "the file is not there (404)",
            410 => "the file is gone (410)",
            _ => $"the file host answered {status}",
        };
        return new FalException(route, KindOf(status), $"{FalRedaction.Address(uri)}: {what}.")
        {
            Status = status,
            RetryAfter = retryAfter,
        };
    }

    /// <summary>
    /// A gateway's page in a file host's place, whatever its status: as worth another try as a gateway's 502. Taken for an upload, a
    /// job would be paid for a file that is not there.
    /// </summary>
    public static FalException WebPage(FalRoute route, Uri uri) =>
        new(route, FalFailureKind.Server, $"{FalRedaction.Address(uri)} answered with a web page, as no file host does.");

    /// <summary>A URL that fal returned and that is not where such URLs lead.</summary>
    public static FalException ForeignUrl(FalRoute route, string what, Uri uri) => new(
        route,
        FalFailureKind.NotFal,
        $"The {what} leads to {FalRedaction.Address(uri)}, which is not a place of the endpoint in use: nothing was sent there.");

    /// <summary>The failure that kept a request from being answered.</summary>
    /// <exception cref="OperationCanceledException">It was the caller himself, whatever it looked like below.</exception>
    public static FalException OfTransport(FalRoute route, Exception fault, Uri uri, FalDeadline deadline, FalCredential? credential, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var place = uri.Authority;
        var cause = FalRedaction.Sentence(Innermost(fault).Message, credential);
        var beneath = FalRedaction.Cause(fault, credential);
        if (!deadline.Passed && Innermost(fault) is TimeoutException)
            return new FalException(route, FalFailureKind.Unreachable, $"{place} cannot be reached: no connection came up in time.", beneath);
        if (deadline.Passed)
            return new FalException(route, FalFailureKind.TimedOut, $"{place} gave no answer, or no further byte, for {deadline.Limit.TotalSeconds:0} s.", beneath);

        if (RefusalOfProxy(route, fault, uri) is { } refusal)
            return refusal;

        return (fault as HttpRequestException)?.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.ProxyTunnelError =>
                new FalException(route, FalFailureKind.Unreachable, $"{place} cannot be reached: {cause}", beneath),
            HttpRequestError.SecureConnectionError when Innermost(fault) is AuthenticationException =>
                new FalException(route, FalFailureKind.Unreachable, $"{place} offers no connection to be trusted: {cause}", beneath),
            HttpRequestError.SecureConnectionError =>
                new FalException(route, FalFailureKind.Unreachable, $"{place} cannot be reached over TLS: {cause}", beneath),
            HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded =>
                new FalException(route, FalFailureKind.NotFal, $"{place} does not answer as an HTTP server does: {cause}", beneath),
            _ when Innermost(fault) is SocketException { SocketErrorCode: SocketError.ConnectionRefused or SocketError.HostNotFound } =>
                new FalException(route, FalFailureKind.Unreachable, $"{place} cannot be reached: {cause}", beneath),
            _ => new FalException(route, FalFailureKind.Broken, $"The connection to {place} broke: {cause}", beneath),
        };
    }

    /// <summary>A proxy's own no, before anything went through it; null where the fault is another. What may pass, or has no status, is an endpoint out of reach.</summary>
    public static FalException? RefusalOfProxy(FalRoute route, Exception fault, Uri uri) => fault is FalProxyRefusal e
        ? new FalException(route, FalFailureKind.ProxyRefused, $"{uri.Authority} cannot be reached: {FalRedaction.Sentence(e.Message, null)}", FalRedaction.Cause(e, null))
        {
            Status = (int?)e.StatusCode,
        }
        : null;

    private static FalException Build(FalRoute route, FalFailureKind kind, FalReply reply, FalErrorBody body, string? type, FalCredential? credential, DateTimeOffset now)
    {
        var words = FalRedaction.Clean(body.Message, credential);
        if (words.Length == 0)
            words = FormOf(reply, credential);
        return new FalException(route, kind, $"The endpoint answered {reply.Status}: {words}")
        {
            Status = reply.Status,
            ErrorType = FalRedaction.Clean(type, credential) is { Length: > 0 } t ? t : null,
            Retryable = reply.Retryable,
            BillableUnits = reply.BillableUnits,
            RetryAfter = reply.RetryAfter(now),
            RequestId = new[] { reply.RequestId, body.RequestId }.FirstOrDefault(id => FalRequestId.IsValid(id) && (credential is null || credential.Mask(id!) == id)),
        };
    }

    private static string FormOf(FalReply reply, FalCredential? credential) => reply switch
    {
        { IsTooLong: true } => "a body longer than any of fal's.",
        { IsHtml: true } => "an HTML page, not fal's JSON.",
        { Status: >= 300 and < 400 } => "a redirect, which is not followed.",
        { Json: not null } => "JSON without the fields fal sends.",
        { Body.Length: 0 } => "an empty body.",
        _ => FalRedaction.Clean(reply.Body, credential),
    };

    private static FalFailureKind KindOf(FalReply reply)
    {
        var kind = KindOf(reply.Status);
        var isForeign = kind switch
        {
            // A gateway before fal fails with a page, and is worth another try.
            FalFailureKind.Server or FalFailureKind.RateLimited or FalFailureKind.TimedOut or FalFailureKind.ProxyRefused => false,

            // Any server has a 404; fal's is JSON.
            FalFailureKind.NotFound => reply.Json is null,
            _ => reply.IsHtml,
        };
        return isForeign ? FalFailureKind.NotFal : kind;
    }

    private static FalFailureKind KindOf(int status) => status switch
    {
        401 => FalFailureKind.Unauthorized,
        403 => FalFailureKind.Locked,
        404 or 410 => FalFailureKind.NotFound,
        407 => FalFailureKind.ProxyRefused,
        408 => FalFailureKind.TimedOut,
        429 => FalFailureKind.RateLimited,
        >= 400 and < 500 => FalFailureKind.Refused,
        >= 500 => FalFailureKind.Server,
        _ => FalFailureKind.NotFal,
    };

    private static Exception Innermost(Exception fault)
    {
        while (fault.InnerException is { } inner)
            fault = inner;
        return fault;
    }
}
