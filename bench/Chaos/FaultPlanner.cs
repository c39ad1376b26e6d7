using KlingLipSync.Emulator;

namespace KlingLipSync.Bench.Chaos;

/// <summary>Faults of every kind on every route, without end: each hit fails with the given probability, and each kind is as likely.</summary>
internal static class FaultPlanner
{
    private const string Page = "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body></html>";
    private const string LogIn = "<!DOCTYPE html><html><body><form action=\"/login\">Please log in to the network.</form></body></html>";
    private const string Words = """{"detail":"Internal Server Error"}""";

    public static IReadOnlyList<Fault> Plan(int seed, double rate) => [.. Enum.GetValues<EmulatorRoute>().SelectMany(route => Plan(route, seed, rate))];

    private static IEnumerable<Fault> Plan(EmulatorRoute route, int seed, double rate)
    {
        var kinds = Kinds(route).ToArray();
        var each = rate / kinds.Length;
        return kinds.Select((fault, i) => fault with
        {
            Times = 0,

            // A kind is drawn only where those before it did not strike; this makes all of them equally likely.
            Rate = Math.Min(1, each / (1 - (i * each))),
            Seed = Chance.Seed(seed, $"{route} {i}"),
        });
    }

    private static IEnumerable<Fault> Kinds(EmulatorRoute route)
    {
        yield return new Fault(route, FaultKind.ResetBeforeAccept);
        yield return new Fault(route, FaultKind.ResetBeforeAccept) { Milliseconds = 300 };
        yield return new Fault(route, FaultKind.ResetAfterAccept);
        yield return new Fault(route, FaultKind.ResetAfterAccept) { Milliseconds = 300 };
        yield return Answer(500, Words);
        yield return Answer(502, Page);

        // In fal's own words a result's 503 or 504 would be the model's end. Those of a front door are empty, or a page.
        yield return route == EmulatorRoute.Result ? Answer(503, null) : Answer(503, """{"detail":"Service Unavailable"}""");
        yield return Answer(504, Page);
        yield return Answer(429, """{"detail":"Too many requests"}""") with { Headers = new Dictionary<string, string> { ["Retry-After"] = "1" } };
        yield return Answer(200, LogIn);
        yield return new Fault(route, FaultKind.SlowHeaders) { Milliseconds = 800 };
        yield return new Fault(route, FaultKind.SlowBody) { Bytes = route == EmulatorRoute.Download ? 4096 : 40, Milliseconds = 60 };
        yield return new Fault(route, FaultKind.Truncate) { Bytes = route == EmulatorRoute.Download ? 3000 : 20 };
        if (route == EmulatorRoute.Stream)
        {
            yield return new Fault(route, FaultKind.CloseStream);
        }

        Fault Answer(int status, string? body) => new(route, FaultKind.Status) { Status = status, Body = body };
    }
}
