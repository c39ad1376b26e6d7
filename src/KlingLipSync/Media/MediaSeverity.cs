namespace KlingLipSync.Media;

/// <summary>How much a remark about a file matters. Ordered: a higher value matters more.</summary>
public enum MediaSeverity
{
    /// <summary>Worth knowing; nothing to do.</summary>
    Note,

    /// <summary>The endpoint may refuse the file or read it in another way; sending it is a risk.</summary>
    Warn,

    /// <summary>The endpoint will not take the file, or takes it for something else than it is; sending it wastes money.</summary>
    Refuse,
}
