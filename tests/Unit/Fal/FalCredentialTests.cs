using KlingLipSync.Fal;

namespace KlingLipSync.Tests.Unit.Fal;

public class FalCredentialTests
{
    [Fact]
    public void A_key_is_trimmed_and_never_printed()
    {
        var credential = FalCredential.Parse($" {Wire.Key}\r\n");

        Assert.Equal("11111111-2222-3333-4444-555555555555", credential.KeyId);
        Assert.Equal($"Key {Wire.Key}", credential.Header.ToString());
        Assert.DoesNotContain(Wire.Secret, credential.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Wire.Secret, $"{credential}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("onlyoneword")]
    [InlineData(":sesame")]
    [InlineData("id:")]
    [InlineData("Key id:sesame")]
    [InlineData("id:ses ame")]
    [InlineData("id:sesamé")]
    [InlineData("id:ses\name")]
    public void A_malformed_key_is_refused_without_repeating_it(string key)
    {
        var refused = Assert.Throws<LipSyncException>(() => FalCredential.Parse(key));

        Assert.Equal(LipSyncError.ApiKeyMalformed, refused.Error);
        Assert.DoesNotContain("ses", refused.Message, StringComparison.Ordinal);
    }
}
