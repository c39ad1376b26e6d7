using System.Text;

namespace KlingLipSync.Tests.Commands.Secrets;

/// <summary>Secrets that can be told from everything else, wherever they turn up.</summary>
internal static class Planted
{
    /// <summary>Part of every secret that belongs nowhere at all.</summary>
    public const string Marker = "pl4nted";

    public const string KeyId = "key-id-0001", Secret = Marker + "-S3cret-h4lf", Key = KeyId + ":" + Secret;

    /// <summary>Signs a result's URL. Whoever wants the file needs it, so that it is in <c>ResultUrl</c> and the store; and nowhere else.</summary>
    public const string ResultToken = "r3sult-t0ken-0001";

    /// <summary>Signs the URL of an upload, which fal is sent and the store keeps.</summary>
    public const string FileToken = "f1le-t0ken-0001";

    /// <summary>Signs a URL that the user gave himself: it is in what he gave, as he gave it.</summary>
    public const string InputToken = "us3r-t0ken-0001";

    /// <summary>Stands in every leak and is no secret: where it shows, the leak came that far.</summary>
    public const string Witness = "w1tness";

    /// <summary>The key as Basic authorization writes it.</summary>
    public static string Basic { get; } = Convert.ToBase64String(Encoding.UTF8.GetBytes(Key));

    /// <summary>What a careless server says of what it was told, and of what it knows.</summary>
    /// <param name="authorization">The header that it was sent; empty for none.</param>
    public static string Leak(string authorization) =>
        $"{Witness}: you sent '{authorization}' with the secret {(authorization.Length > 0 ? Secret : "-")}, Basic {Basic}. Use Authorization: Bearer {Marker}-cdn-t0ken-000111222 or "
        + $"https://ann:{Marker}-pw@x.example/f.mp4?X-Amz-Signature={Marker}s1g&X-Amz-Security-Token={Marker}st5 or /hook?token={Marker}-h00k&sig={Marker}-s1g "
        + $"or {{\"access_token\":\"{Marker}-json\"}} or {{\"uploadToken\":\"{Marker}-camel\"}} or 01234567-89ab-cdef-0123-456789abcdef:{Marker}-0ther-key or eyJhbGciOiJIUzI1NiJ9.{Marker}.{Marker}";
}
