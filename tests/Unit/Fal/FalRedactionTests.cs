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
    [InlineData("wss://x.example/a?token=hush", "hush")]
    [InlineData("{\"url\":\"https:\\/\\/x.example\\/a?token=hush\"}", "hush")]
    [InlineData("https://x.example/#access_token=hush", "hush")]
    [InlineData("https://ann:hush@x.example/a", "hush")]
    [InlineData("https://ann:hush/hush@x.example/a", "hush")]
    [InlineData("https://hush@x.example/a", "hush")]
    [InlineData("GET /upload/1?X-Amz-Expires=5&X-Amz-Signature=hush", "hush")]
    [InlineData("/files/a?sv=1&sig=hush%2Bhush", "hush")]
    [InlineData("?redirect=https%3A%2F%2Fx.example%2F%3Ftoken%3Dhush", "hush")]
    [InlineData("{\"access_token\":\"hush\",\"expires_in\":5}", "hush")]
    [InlineData("{\\\"client_secret\\\":\\\"hush\\\"}", "hush")]
    [InlineData("FAL_KEY=hush:hush", "hush")]
    [InlineData("password: hush4711", "hush")]
    [InlineData("Set-Cookie: session=hush4711; Path=/", "hush")]
    [InlineData("X-Api-Key: hush-hush-4711", "hush")]
    [InlineData("key 99999999-2222-3333-4444-555555555555%3Ahushhushhushhush", "hush")]
    [InlineData("{\"accessToken\":\"hushHUSH1234567890\"}", "hush")]
    [InlineData("{\"uploadToken\": \"hush\", \"a\": 1}", "hush")]
    [InlineData("{\\\"clientSecret\\\":\\\"hush\\\"}", "hush")]
    [InlineData("clientSecret=hush", "hush")]
    [InlineData("?a=1&AccessToken=hush", "hush")]
    [InlineData("Proxy-Authorization: Basic Ym9iOnB3", "Ym9iOnB3")]
    [InlineData("proxy-authorization:  basic hushhush", "hush")]
    [InlineData("{\"Authorization\":\"Basic hush\"}", "hush")]
    [InlineData("x-fal-key: hushhushhus", "hush")]
    [InlineData("{\"X-Api-Key\": hushhushhus}", "hush")]
    [InlineData("https://x.example/#/a?token=hush", "hush")]
    public void Others_secrets_go_too(string text, string secret) =>
        Assert.DoesNotContain(secret, FalRedaction.Clean(text, null), StringComparison.Ordinal);

    [Theory]
    [InlineData("No user found for Key ID and Secret")]
    [InlineData("Invalid Key Authorization header format.")]
    [InlineData("User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing.")]
    [InlineData("see https://docs.fal.ai/errors/#face_detection_error")]
    [InlineData("The signature: it does not match. Invalid token: expired.")]
    [InlineData("Missing authorization: give a key. The password is wrong.")]
    [InlineData("Expected '<key_id>:<key_secret>'.")]
    [InlineData("The audio https://v3.fal.media/files/b/a.mp3 has 12 s; request_id=0194f2c1 failed.")]
    [InlineData("tokenCount: 4711000, secretary: 4711000, broken: 4711000, authorizationUrl: 4711000")]
    [InlineData("accessToken: it is not there. Basic access is over; see Proxy-Authorization: it is empty.")]
    [InlineData("x-fal-key: none. The x-fal-request-id: abcdefghijk is there.")]
    [InlineData("a@b.example, see https://x.example/a,https://x.example/b#c and mailto:a@b.example")]
    public void Plain_words_stay(string text) => Assert.Equal(text, FalRedaction.Clean(text, Credential));

    [Fact]
    public void Our_secret_goes_in_the_forms_that_others_write_it_in()
    {
        var credential = FalCredential.Parse("some-id:se+cr/et==");

        Assert.Equal("Basic ***", FalRedaction.Mask("Basic " + Convert.ToBase64String("some-id:se+cr/et=="u8), credential));
        Assert.Equal("a *** b", FalRedaction.Mask("a SE+CR/ET== b", credential));
        Assert.Equal("?k=***", FalRedaction.Mask("?k=" + Uri.EscapeDataString("se+cr/et=="), credential));
    }

    [Fact]
    public void Json_that_is_kept_stays_what_it_was_but_for_them()
    {
        using var json = System.Text.Json.JsonDocument.Parse($$"""
            {"video":{"url":"https://v3.fal.media/a.mp4?sig=hush","file_size":7},"access_token":"hush","pin_secret":4711,"uploadToken":"hush","tokens":7,"list":["\u0022token\u0022:\u0022hush\u0022",null,true],"a":"{{Wire.Secret}}"}
            """);

        using var kept = System.Text.Json.JsonDocument.Parse(FalRedaction.Json(json.RootElement, Credential));
        using var wanted = System.Text.Json.JsonDocument.Parse("""
            {"video":{"url":"https://v3.fal.media/a.mp4?…","file_size":7},"access_token":"***","pin_secret":"***","uploadToken":"***","tokens":7,"list":["\u0022token\u0022:***\u0022",null,true],"a":"***"}
            """);
        Assert.True(System.Text.Json.JsonElement.DeepEquals(wanted.RootElement, kept.RootElement), kept.RootElement.ToString());

        using var broken = System.Text.Json.JsonDocument.Parse($$"""{"a":"\ud800","b":"{{Wire.Secret}}"}""");
        Assert.DoesNotContain(Wire.Secret, FalRedaction.Json(broken.RootElement, Credential), StringComparison.Ordinal);
        Assert.DoesNotContain("hush", FalRedaction.Clean("""["\u0022access_token\u0022:\u0022hush4711\u0022"]""", null), StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_at_the_place_of_the_cut_does_not_stay_in_half()
    {
        // What is masked away before it makes room for what would have been cut off anyway.
        var masked = string.Join(' ', Enumerable.Repeat("https://x.example/?" + new string('q', 100), 19));
        for (var gap = 0; gap < 300; gap++)
            Assert.DoesNotContain(Wire.Secret[..8], FalRedaction.Clean($"{masked} {new string('y', gap)} {Wire.Secret}", Credential), StringComparison.Ordinal);
    }

    [Fact]
    public void A_cause_stays_as_it_is_unless_it_repeats_a_secret()
    {
        var plain = new HttpRequestException("refused", new IOException("nobody there"));
        var telling = new HttpRequestException(HttpRequestError.InvalidResponse, "outer", new IOException($"bad line '{Wire.Secret}'"));

        Assert.Same(plain, FalRedaction.Cause(plain, Credential));
        var kept = Assert.IsType<HttpRequestException>(FalRedaction.Cause(telling, Credential));
        Assert.Equal("bad line '***'", kept.Message);
        Assert.Null(kept.InnerException);
        Assert.Equal(HttpRequestError.InvalidResponse, kept.HttpRequestError);
    }

    [Fact]
    public void Text_that_was_made_to_be_slow_is_not()
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        foreach (var text in new[] { "a.", "a_", "a://", "a:b@", "https://a", "http://x#", "a://b:c", "a://b/@", "token:", "a-", "-eyJaaaaaaaa", "Key  a", "authorization:", "aB", "x-a-" })
            Read(string.Concat(Enumerable.Repeat(text, (1 << 20) / text.Length)));
        foreach (var text in new[] { "token:", "token", "accessToken=", "x-fal-key:", "Key", "authorization: Basic", "authorization:" })
            Read(text + new string(' ', 1 << 20) + "\n");

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(60));
        var slow = string.Concat(Enumerable.Repeat("http://x#", 20_000)) + "token:" + new string(' ', 100_000);
        using var json = System.Text.Json.JsonDocument.Parse($$"""{"{{slow}}":["{{slow}}"]}""");
        var kept = System.Diagnostics.Stopwatch.StartNew();
        Assert.DoesNotContain("***", FalRedaction.Json(json.RootElement, Credential), StringComparison.Ordinal);
        var cause = new IOException(slow);
        Assert.Same(cause, FalRedaction.Cause(cause, Credential));
        Assert.InRange(kept.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));

        static void Read(string text)
        {
            var one = System.Diagnostics.Stopwatch.StartNew();
            Assert.NotEqual("***", FalRedaction.Mask(text, Credential));
            Assert.InRange(one.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        }
    }

    [Fact]
    public void Control_characters_and_length_are_tamed()
    {
        Assert.Equal("a [31mred b", FalRedaction.Clean("a\u001b[31mred\r\n\tb", null));
        Assert.InRange(FalRedaction.Clean(new string('x', 100_000), null).Length, 100, 700);
    }
}
