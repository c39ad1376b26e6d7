namespace KlingLipSync.Bench.Chaos;

/// <summary>What must not happen.</summary>
public enum Rule
{
    /// <summary>A pair was accepted again although its earlier request did not end in an unbilled failure.</summary>
    AcceptedTwice,

    /// <summary>A pair was billed more than once.</summary>
    PaidTwice,

    /// <summary>A pair was billed and its file is not in the folder.</summary>
    Lost,

    /// <summary>A pair has no file at the end, billed or not.</summary>
    NotSaved,

    /// <summary>A file under a final name is no output of fal's, byte by byte.</summary>
    Torn,

    /// <summary>A partial file stayed behind.</summary>
    LeftPartial,

    /// <summary>A pair's output lies under the name of another.</summary>
    WronglyNamed,

    /// <summary>A job says another amount than fal billed.</summary>
    WronglyPriced,

    /// <summary>A job names another request than the one whose output is saved.</summary>
    WrongRequest,

    /// <summary>While unconfirmed pairs are held: one is held that fal has accepted, or one that fal has not accepted is not held.</summary>
    WronglyHeld,

    /// <summary>A request belongs to no pair, a run had no end, a phase came to nothing.</summary>
    Other,
}
