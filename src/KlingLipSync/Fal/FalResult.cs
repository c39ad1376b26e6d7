namespace KlingLipSync.Fal;

/// <summary>An answer of the result call that may end a job, whatever its HTTP status.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Json">The body, without secrets.</param>
/// <param name="VideoUrl">The output, if the body names one.</param>
/// <param name="ContentType">The output's announced type.</param>
/// <param name="FileSize">The output's announced size.</param>
/// <param name="BillableUnits">What fal says it billed.</param>
/// <param name="ErrorType">fal's name of the failure.</param>
/// <param name="ErrorMessage">fal's words about the failure, capped and without secrets.</param>
/// <param name="Retryable">What fal says about trying again.</param>
/// <param name="StartTimedOut">Whether the request's own start deadline passed.</param>
/// <param name="IsFalJson">Whether the body has the shape fal gives to a result or an error.</param>
/// <param name="Date">fal's own time of this answer.</param>
internal sealed record FalResult(
    int Status,
    string Json,
    Uri? VideoUrl,
    string? ContentType,
    long? FileSize,
    string? BillableUnits,
    string? ErrorType,
    string? ErrorMessage,
    bool? Retryable,
    bool StartTimedOut,
    bool IsFalJson,
    DateTimeOffset? Date);
