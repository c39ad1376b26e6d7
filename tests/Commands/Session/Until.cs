namespace KlingLipSync.Tests.Commands.Session;

/// <summary>Waits for something to be seen. That it never comes is a failure; how long it takes is not.</summary>
internal static class Until
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45), Look = TimeSpan.FromMilliseconds(15);

    public static async Task True(Func<bool> condition, string what)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
        {
            Assert.False(patience.IsCancellationRequested, $"It never came to this: {what}");
            await Task.Delay(Look);
        }
    }
}
