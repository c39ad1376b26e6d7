using System.Text.Json;

namespace KlingLipSync.Fal;

/// <summary>Tells the answers of a blocking call apart: those of a run that fal took on, and those to a request that it did not.</summary>
internal static class FalRunAnswer
{
    /// <summary>Whether a failing answer is that of the run, so that fal had the request. What is unclear counts as run: it may be billed.</summary>
    public static bool IsOfRun(FalReply reply) => reply.Status switch
    {
        // About the caller or the line, in whichever words.
        < 400 or 401 or 403 or 407 or 408 or 429 => false,

        // A model's own 404 was run, and so tells its units; fal's own means an unknown application.
        404 => reply.BillableUnits is not null,

        // fal's door has no such answers: it looks at no input, and nobody waits there to be cancelled.
        422 or 499 => true,
        _ => reply.RequestId is not null || reply.BillableUnits is not null || FalJson.Field(reply.Json, "detail") is { ValueKind: JsonValueKind.Array },
    };

    /// <summary>What it says of the run's end, by the rules of the result call; null when it says nothing.</summary>
    public static FalResult? Result(FalReply reply, FalCredential credential) =>
        FalResultReader.IsStillInProgress(reply) ? null : FalResultReader.Read(reply, credential);
}
