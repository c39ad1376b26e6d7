namespace KlingLipSync;

/// <summary>What a media report is about.</summary>
public enum LipSyncMediaKind
{
    /// <summary>A clip alone.</summary>
    Clip,

    /// <summary>A sound alone.</summary>
    Sound,

    /// <summary>A clip and the sound it goes with.</summary>
    Pair,
}
