using System.Net;
using System.Net.Sockets;

namespace KlingLipSync.Jobs;

/// <summary>Addresses that mean nothing outside this machine or its network.</summary>
internal static class LocalAddress
{
    public static bool Is(Uri url) => url.IsLoopback || (IPAddress.TryParse(url.DnsSafeHost, out var address)
        ? IsPrivate(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)
        : !url.Host.Contains('.') || EndsLocally(url.Host));

    private static bool IsPrivate(IPAddress address)
    {
        if (IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
        {
            return true;
        }

        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            return address.IsIPv6LinkLocal || address.IsIPv6UniqueLocal || address.IsIPv6SiteLocal;
        }

        var b = address.GetAddressBytes();
        return b[0] == 10 || (b[0] == 172 && b[1] is >= 16 and < 32) || (b[0] == 192 && b[1] == 168)
            || (b[0] == 169 && b[1] == 254) || (b[0] == 100 && b[1] is >= 64 and < 128);
    }

    // Names that public DNS does not resolve (RFC 6761, RFC 6762, RFC 8375).
    private static bool EndsLocally(string host) =>
        new[] { ".local", ".localhost", ".internal", ".home.arpa" }.Any(end => host.TrimEnd('.').EndsWith(end, StringComparison.OrdinalIgnoreCase));
}
