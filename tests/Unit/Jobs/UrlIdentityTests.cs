using KlingLipSync.Jobs;

namespace KlingLipSync.Tests.Unit.Jobs;

public class UrlIdentityTests
{
    [Theory]
    [InlineData("https://b.s3.amazonaws.com/v.mp4?versionId=3&X-Amz-Date=1&X-Amz-Signature=2", "https://b.s3.amazonaws.com/v.mp4?versionId=3")]
    [InlineData("https://storage.googleapis.com/b/v.mp4?X-Goog-Signature=1&X-Goog-Expires=2", "https://storage.googleapis.com/b/v.mp4")]
    [InlineData("https://a.blob.core.windows.net/c/v.mp4?sv=1&se=2&sr=b&sp=r&sig=3", "https://a.blob.core.windows.net/c/v.mp4")]
    [InlineData("https://d.cloudfront.net/v.mp4?Expires=1&Signature=2&Key-Pair-Id=3", "https://d.cloudfront.net/v.mp4")]
    [InlineData("https://v3b.fal.media/files/b/x/v.mp4?identity=abc", "https://v3b.fal.media/files/b/x/v.mp4")]
    [InlineData("https://example.com/v.mp4?st=1", "https://example.com/v.mp4?st=1")]
    [InlineData("https://example.com/v.mp4?Expires=1&clip=2", "https://example.com/v.mp4?Expires=1&clip=2")]
    [InlineData("https://EXAMPLE.com:443/a%20b/v.mp4?x=1#t", "https://example.com/a%20b/v.mp4?x=1")]
    public void A_url_is_known_by_what_is_no_signature(string url, string identity) => Assert.Equal(identity, UrlIdentity.Of(new Uri(url)));
}
