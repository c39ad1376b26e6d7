namespace KlingLipSync.Emulator.Http;

/// <summary>Where a request goes: its route, if it is one that is counted, and what answers it.</summary>
internal readonly record struct Target(EmulatorRoute? Route, Func<HttpContext, Task<Reply>> Answer)
{
    public static Target Fixed(Reply reply) => new(null, _ => Task.FromResult(reply));
}
