namespace KlingLipSync.Fal;

/// <summary>What is certain after a paid request was sent.</summary>
internal enum FalSubmissionKind
{
    /// <summary>2xx with a request id: fal has it.</summary>
    Accepted,

    /// <summary>429, or a 4xx other than 408 and 409 in fal's own words: fal does not have it.</summary>
    Refused,

    /// <summary>No byte of the body left this machine: fal cannot have it.</summary>
    NeverDelivered,

    /// <summary>Anything else: fal may have it.</summary>
    Unknown,
}

/// <summary>The outcome of one paid request.</summary>
internal sealed record FalSubmission(FalSubmissionKind Kind)
{
    public string? RequestId { get; init; }
    public Uri? StatusUrl { get; init; }
    public Uri? ResponseUrl { get; init; }
    public Uri? CancelUrl { get; init; }

    /// <summary>What the answer of a blocking call says of the run's end, if it says it.</summary>
    public FalResult? Result { get; init; }

    /// <summary>The refusal as fal worded it; of what was never delivered, the proxy's.</summary>
    public FalException? Failure { get; init; }

    /// <summary>Why it was not accepted, or why nobody knows, in plain words.</summary>
    public string Reason { get; init; } = "";

    /// <summary>True when our own last gate kept it back.</summary>
    public bool HeldBack { get; init; }
}
