using KlingLipSync.Fal;

namespace KlingLipSync.Tests.Unit.Fal;

public class FalRedactionTests
{
    private static readonly FalCredential Credential = FalCredential.Parse(Wire.Key);

    [Theory]
    [InlineData($"bad key {Wire.Key} given")]
    [InlineData($"secret {Wire.Secret}")]
    [InlineData($"Authorization: Key 99999999-2222-3333-4444-555555555555:{Wire.Secret}")]
    public void Our_secret_goes_wherever_it_stands(string text) =>
        Assert.DoesNotContain(Wire.Secret, FalRedaction.Clean(text, Credential), StringComparison.Ordinal);

    [Theory]
    [InlineData("other key 99999999-2222-3333-4444-555555555555:hushhushhushhush", "hush")]
    [InlineData("Authorization: Bearer hush-hush.hush123", "hush")]
    [InlineData("token eyJhbGciOiJIUzI1NiJ9.hushhushhush.hushhush", "hush")]
    [InlineData("proxy 'http://anna:hush@proxy.test:3128/' failed", "hush")]
    [InlineData("socks5://hush@proxy.test", "hush")]
    [InlineData("see https://v3.fal.media/files/a.mp4?X-Signature=hush&b=hush now", "hush")]
    public void Others_secrets_go_too(string text, string secret) =>
        Assert.DoesNotContain(secret, FalRedaction.Clean(text, null), StringComparison.Ordinal);

    [Theory]
    [InlineData("No user found for Key ID and Secret")]
    [InlineData("Invalid Key Authorization header format.")]
    [InlineData("User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing.")]
    [InlineData("see https://docs.fal.ai/errors/#face_detection_error")]
    public void Plain_words_stay(string text) => Assert.Equal(text, FalRedaction.Clean(text, Credential));

    [Fact]
    public void Control_characters_and_length_are_tamed()
    {
        Assert.Equal("a [31mred b", FalRedaction.Clean("a\u001b[31mred\r\n\tb", null));
        Assert.InRange(FalRedaction.Clean(new string('x', 100_000), null).Length, 100, 700);
    }
}
