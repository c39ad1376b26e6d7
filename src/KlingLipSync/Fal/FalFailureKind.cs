namespace KlingLipSync.Fal;

/// <summary>Why a call to fal brought no usable answer.</summary>
internal enum FalFailureKind
{
    /// <summary>401: the key is not known.</summary>
    Unauthorized,

    /// <summary>403: the account is locked, the key lacks a scope, or a file is forbidden.</summary>
    Locked,

    /// <summary>404 or 410.</summary>
    NotFound,

    /// <summary>429, or fal's concurrency limit under another status.</summary>
    RateLimited,

    /// <summary>Another 4xx: the request as it is will not be taken.</summary>
    Refused,

    /// <summary>5xx, from fal or from a gateway before it.</summary>
    Server,

    /// <summary>An answer that is not fal's: an HTML page, a redirect, a shape without fal's fields, a URL on a foreign host.</summary>
    NotFal,

    /// <summary>No connection: name, port, proxy or TLS.</summary>
    Unreachable,

    /// <summary>407, or a 4xx of the proxy's own to the wish for a connection: asked again with the same words it answers the same, and counts them.</summary>
    ProxyRefused,

    /// <summary>No answer, or no progress, within the deadline; or 408.</summary>
    TimedOut,

    /// <summary>The connection broke after the request went out.</summary>
    Broken,
}
