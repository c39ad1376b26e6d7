using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace KlingLipSync.Fal;

/// <summary>
/// Says of a connection that did not come up that it was the one to the proxy, which .NET tells by an address alone; and of a
/// proxy's refusal no password, which .NET shows with the proxy's URL.
/// </summary>
/// <param name="line">The connections.</param>
/// <param name="proxy">Their proxy.</param>
internal sealed partial class FalProxyFaults(HttpMessageHandler line, FalProxy proxy) : DelegatingHandler(line)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
            && proxy.Via(request.RequestUri!) is { } via)
        {
            throw new HttpRequestException(e.HttpRequestError, $"the proxy {via} does not answer. {e.GetBaseException().Message}");
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ProxyTunnelError)
        {
            // Without the one before, which has the URL as it was written.
            var via = proxy.Via(request.RequestUri!);
            var status = StatusOf(e);
            var cause = e.GetBaseException().Message;
            var words = status is null ? $"the proxy {via} makes no connection. {FalRedaction.Clean(cause, null)}" : $"the proxy {via} answers {(int)status}";
            throw IsRefusal(status, e) ? new FalProxyRefusal(words, status) : new HttpRequestException(e.HttpRequestError, words, inner: null, status);
        }
    }

    /// <summary>Whether the same would be answered again: a no, and no 408, 429 or 5xx, which may pass. What has no status is none, but for a SOCKS proxy's log-in.</summary>
    private static bool IsRefusal(HttpStatusCode? status, HttpRequestException e) => status is { } answered
        ? (int)answered is >= 400 and < 500 and not (408 or 429)
        : e.InnerException is not null && e.GetBaseException().Message.Contains("authenticat", StringComparison.OrdinalIgnoreCase);

    /// <summary>What a proxy answered. Before .NET 10 it stands in the words alone.</summary>
    private static HttpStatusCode? StatusOf(HttpRequestException e) => e.StatusCode
        ?? (StatusInWords().Match(e.Message) is { Success: true } words ? (HttpStatusCode)int.Parse(words.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : null);

    [GeneratedRegex("status code '([0-9]{3})'", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 2000)]
    private static partial Regex StatusInWords();
}

/// <summary>A proxy's own no, before anything went through it.</summary>
/// <param name="words">What it said.</param>
/// <param name="status">The status it answered with; null for one that has none.</param>
internal sealed class FalProxyRefusal(string words, HttpStatusCode? status)
    : HttpRequestException(HttpRequestError.ProxyTunnelError, words, inner: null, status);
