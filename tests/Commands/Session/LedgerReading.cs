using System.Security.Cryptography;
using System.Management.Automation;
using KlingLipSync.Emulator;

namespace KlingLipSync.Tests.Commands.Session;

/// <summary>What the emulator saw, held against what the commands said.</summary>
internal static class LedgerReading
{
    /// <summary>Requests that carry or cost something: an unsent pair causes none of them.</summary>
    private static readonly EmulatorRoute[] Spending =
    [
        EmulatorRoute.Submit, EmulatorRoute.Initiate, EmulatorRoute.Put, EmulatorRoute.Part, EmulatorRoute.Complete, EmulatorRoute.Token, EmulatorRoute.Upload,
    ];

    public static int Accepted(this EmulatorServer emulator) => emulator.Ledger().Requests.Count;

    public static int Hits(this EmulatorServer emulator, EmulatorRoute route) => emulator.Ledger().Hits(route);

    public static void AssertNothingSent(this EmulatorServer emulator)
    {
        var ledger = emulator.Ledger();
        Assert.All(Spending, route => Assert.Equal((route, 0), (route, ledger.Hits(route))));
    }

    /// <summary>Every saved job's file is the very output that the emulator made for its own request.</summary>
    public static void AssertOutputs(this EmulatorServer emulator, IEnumerable<PSObject> jobs)
    {
        var made = emulator.Ledger().Requests.ToDictionary(r => r.RequestId, r => r.OutputSha256);
        Assert.All(jobs, job =>
        {
            Assert.Equal("Saved", job.State());
            Assert.Equal(made[job.Text("RequestId")!], Sha256(job.Text("OutputPath")!));
        });
    }

    public static string Sha256(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
}
