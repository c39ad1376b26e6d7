using KlingLipSync.Fal;
using KlingLipSync.Results;

namespace KlingLipSync.Tests.Unit.Fal;

/// <summary>Every call with every failure, over real sockets: repeated as often as the table says, and not once more.</summary>
public sealed class RetryTableTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("klinglipsync-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    public static TheoryData<string, string> Cells
    {
        get
        {
            var cells = new TheoryData<string, string>();
            foreach (var route in Routes)
            {
                foreach (var kind in Enum.GetNames<FalFailureKind>().Except([nameof(FalFailureKind.Unreachable)]))
                    cells.Add(route, kind);
            }
            return cells;
        }
    }

    public static TheoryData<string> Patient => [.. Routes.Where(route => FalRetryRules.For(Enum.Parse<FalRoute>(route)).Retried.Contains(FalFailureKind.RateLimited))];

    public static TheoryData<string> FirstCalls => [.. Routes.Except([nameof(FalRoute.Upload), nameof(FalRoute.Part), nameof(FalRoute.Complete)])
        .Where(route => FalRetryRules.For(Enum.Parse<FalRoute>(route)).Retried.Contains(FalFailureKind.Unreachable))];

    private static IEnumerable<string> Routes => WireCalls.Routes.Select(route => route.ToString());

    [Theory]
    [MemberData(nameof(Cells))]
    public async Task A_call_is_repeated_as_often_as_its_row_says(string routeName, string kindName)
    {
        var (route, kind) = (Enum.Parse<FalRoute>(routeName), Enum.Parse<FalFailureKind>(kindName));
        var rule = FalRetryRules.For(route);

        // A target that is used up is taken up by the whole upload, with its own row and a new target.
        if (route is FalRoute.Part or FalRoute.Complete && FalRetryRules.IsSpentLink(kind))
            rule = FalRetryRules.For(FalRoute.Upload);
        var tries = rule.Retried.Contains(kind) ? rule.Tries : 1;

        foreach (var random in new[] { 0, 0.5, 0.999 })
        {
            var (requests, waits) = await WireCalls.MakeAsync(folder, route, Failing(kind), random);

            Assert.Equal(tries, requests);
            Assert.Equal(tries - 1, waits.Length);
            for (var n = 0; n < waits.Length; n++)
            {
                var usual = rule.FirstDelaySeconds * Math.Pow(2, n);
                Assert.InRange(waits[n].TotalSeconds, Math.Min(usual * 0.7499, rule.LongestDelaySeconds), Math.Min(usual * 1.2501, rule.LongestDelaySeconds));
            }
        }
    }

    /// <summary>Nobody there counts no requests; the waits tell how often it was tried. The steps of an upload come after one that went well.</summary>
    [Theory]
    [MemberData(nameof(FirstCalls))]
    public async Task Where_nobody_is_there_a_call_is_tried_as_often_as_its_row_says(string routeName)
    {
        var route = Enum.Parse<FalRoute>(routeName);
        var rule = FalRetryRules.For(route);
        Assert.Contains(FalFailureKind.Unreachable, rule.Retried);

        var (requests, waits) = await WireCalls.MakeAsync(folder, route, failing: null, 0.5);

        Assert.Equal((0, rule.Tries - 1), (requests, waits.Length));
    }

    [Theory]
    [MemberData(nameof(Patient))]
    public async Task A_wish_to_be_left_alone_is_heeded_up_to_a_minute(string routeName)
    {
        var route = Enum.Parse<FalRoute>(routeName);
        var tries = FalRetryRules.For(route).Tries;
        foreach (var (asked, least, most) in new[] { ("7", 7, 8.75), ("55", 55, 60), ("86400", 60, 60) })
        {
            foreach (var random in new[] { 0, 0.999 })
            {
                var (requests, waits) = await WireCalls.MakeAsync(folder, route, WireAnswer.Json(429, """{"detail":"later"}""", ("Retry-After", asked)), random);

                Assert.Equal(tries, requests);
                Assert.Equal(tries - 1, waits.Length);
                Assert.All(waits, wait => Assert.InRange(wait.TotalSeconds, least, most));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Patient))]
    public async Task A_file_too_large_is_sent_once(string routeName)
    {
        var (requests, waits) = await WireCalls.MakeAsync(folder, Enum.Parse<FalRoute>(routeName), WireAnswer.Json(413, """{"detail":"too large"}"""), 0.5);

        Assert.Equal((1, 0), (requests, waits.Length));
    }

    [Fact]
    public async Task An_unfit_download_starts_over_once()
    {
        await using var server = WireServer.InTurn(WireAnswer.Html(200));
        var time = new HurriedTime();
        using var download = new ResultDownload(FalEndpoint.Parse(server.Url), time, () => 0.5);

        await Assert.ThrowsAsync<FalException>(() => download.FetchAsync(new Uri(server.Url + "/cdn/files/1.mp4"), Path.Combine(folder, "a.mp4"), "1", null, null, default));

        Assert.Equal(FalRetryRules.For(FalRoute.WholeDownload).Tries, server.Requests.Length);
        Assert.Equal([TimeSpan.FromSeconds(2)], time.Waits);
    }

    [Theory]
    [InlineData(nameof(FalRetryRules.Undelivered), "2, 4")]
    [InlineData(nameof(FalRetryRules.Throttled), "2, 4, 8, 16, 32")]
    public void The_paid_requests_rows_have_their_waits(string name, string waits)
    {
        var rule = name == nameof(FalRetryRules.Undelivered) ? FalRetryRules.Undelivered : FalRetryRules.Throttled;

        Assert.Equal(waits, string.Join(", ", Enumerable.Range(1, rule.Tries - 1).Select(failures => rule.Wait(failures, null, 0.5).TotalSeconds)));
        Assert.True(rule.Allows(rule.Retried[0], rule.Tries - 1));
        Assert.False(rule.Allows(rule.Retried[0], rule.Tries));
        Assert.Equal([rule.Retried[0]], Enum.GetValues<FalFailureKind>().Where(kind => rule.Allows(kind, 1)));
        var url = new Uri("https://v3.fal.media/x.mp4");
        Assert.Equal(new FalSubmitRequest("model", url, url) { StartTimeout = TimeSpan.FromHours(6) }.Deadline, rule.Deadline);
    }

    private static WireAnswer Failing(FalFailureKind kind) => kind switch
    {
        FalFailureKind.Unauthorized => WireAnswer.Json(401, """{"detail":"no"}"""),
        FalFailureKind.Locked => WireAnswer.Json(403, """{"detail":"no"}"""),
        FalFailureKind.NotFound => WireAnswer.Json(404, """{"detail":"no"}"""),
        FalFailureKind.RateLimited => WireAnswer.Json(429, """{"detail":"no"}"""),
        FalFailureKind.Refused => WireAnswer.Json(405, """{"detail":"no"}"""),
        FalFailureKind.Server => WireAnswer.Html(503),
        FalFailureKind.NotFal => WireAnswer.Empty(304),
        FalFailureKind.ProxyRefused => WireAnswer.Empty(407),
        FalFailureKind.TimedOut => WireAnswer.Empty(408),
        _ => new WireAnswer { Reset = true },
    };
}
