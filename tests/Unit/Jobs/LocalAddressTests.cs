using KlingLipSync.Jobs;

namespace KlingLipSync.Tests.Unit.Jobs;

/// <summary>Which addresses fal, somewhere else, could fetch.</summary>
public sealed class LocalAddressTests
{
    [Theory]
    [InlineData("http://localhost/a")]
    [InlineData("http://127.0.0.1/a")]
    [InlineData("http://[::1]/a")]
    [InlineData("http://0.0.0.0/a")]
    [InlineData("http://10.1.2.3/a")]
    [InlineData("http://172.16.0.1/a")]
    [InlineData("http://172.31.255.1/a")]
    [InlineData("http://192.168.0.1/a")]
    [InlineData("http://169.254.1.1/a")]
    [InlineData("http://100.64.0.1/a")]
    [InlineData("http://[fe80::1]/a")]
    [InlineData("http://[fd00::1]/a")]
    [InlineData("http://[::ffff:10.0.0.1]/a")]
    [InlineData("http://nas/a")]
    [InlineData("http://nas.local/a")]
    [InlineData("http://build.corp.internal/a")]
    public void Here_only(string url) => Assert.True(LocalAddress.Is(new Uri(url)));

    [Theory]
    [InlineData("https://example.com/a")]
    [InlineData("https://172.32.0.1/a")]
    [InlineData("https://11.0.0.1/a")]
    [InlineData("https://100.128.0.1/a")]
    [InlineData("https://[2001:db8::1]/a")]
    [InlineData("https://local.example.com/a")]
    public void Everywhere(string url) => Assert.False(LocalAddress.Is(new Uri(url)));
}
