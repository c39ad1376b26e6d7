namespace KlingLipSync.Emulator;

/// <summary>The routes that are counted and can be made to fail. A synchronous run is a <see cref="Submit"/>.</summary>
public enum EmulatorRoute
{
    /// <summary>Submitting a request.</summary>
    Submit,

    /// <summary>One look at a request's state.</summary>
    Status,

    /// <summary>The stream of a request's states.</summary>
    Stream,

    /// <summary>The result of a request.</summary>
    Result,

    /// <summary>Cancelling a request.</summary>
    Cancel,

    /// <summary>Asking for an upload URL, for one piece or many.</summary>
    Initiate,

    /// <summary>Sending a file to its upload URL.</summary>
    Put,

    /// <summary>Sending one part of a file.</summary>
    Part,

    /// <summary>Closing an upload in parts.</summary>
    Complete,

    /// <summary>Asking for a CDN token.</summary>
    Token,

    /// <summary>Sending a file with a CDN token, or opening such an upload in parts.</summary>
    Upload,

    /// <summary>Reading a file from the CDN.</summary>
    Download,

    /// <summary>Reading the list of finished requests.</summary>
    History,

    /// <summary>Deleting what is kept of a request.</summary>
    DeletePayloads,
}
