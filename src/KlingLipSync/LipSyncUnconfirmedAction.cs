namespace KlingLipSync;

/// <summary>What to do with a pair whose paid request went out and whose answer was lost, once it is proven that fal never had it.</summary>
/// <remarks>While it is not proven, the pair is held in any case; what fal's history shows is taken up in any case.</remarks>
public enum LipSyncUnconfirmedAction
{
    /// <summary>Leave it and say so.</summary>
    Hold,

    /// <summary>Send it again. A request that was accepted after all would then be paid twice; the proof is there to rule that out.</summary>
    Resubmit,
}
