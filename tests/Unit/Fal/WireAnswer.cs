using System.Text;

namespace KlingLipSync.Tests.Unit.Fal;

/// <summary>What a <see cref="WireServer"/> does with a request.</summary>
internal sealed record WireAnswer
{
    public int Status { get; init; } = 200;

    public string? ContentType { get; init; }

    public Dictionary<string, string> Headers { get; init; } = [];

    public byte[] Body { get; init; } = [];

    public long? DeclaredLength { get; init; }

    /// <summary>Break the connection after so many bytes of the body.</summary>
    public long? CutAfter { get; init; }

    /// <summary>Break the connection instead of answering.</summary>
    public bool Reset { get; init; }

    /// <summary>Say nothing and keep the connection.</summary>
    public bool Silent { get; init; }

    /// <summary>Write the body oneself; the connection closes after it.</summary>
    public Func<Stream, CancellationToken, Task>? Write { get; init; }

    public static WireAnswer Json(int status, string body, params (string Name, string Value)[] headers) => new()
    {
        Status = status,
        ContentType = "application/json",
        Body = Encoding.UTF8.GetBytes(body),
        Headers = headers.ToDictionary(h => h.Name, h => h.Value),
    };

    public static WireAnswer Html(int status, string body = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>") => new()
    {
        Status = status,
        ContentType = "text/html",
        Body = Encoding.UTF8.GetBytes(body),
    };

    public static WireAnswer Empty(int status, params (string Name, string Value)[] headers) => new()
    {
        Status = status,
        Headers = headers.ToDictionary(h => h.Name, h => h.Value),
    };

    public static WireAnswer File(byte[] bytes, string type = "video/mp4") => new() { ContentType = type, Body = bytes };
}
