namespace KlingLipSync;

/// <summary>What can go wrong, by stable name. The name is the error id that scripts switch on.</summary>
public enum LipSyncError
{
    /// <summary>No API key was given and none is in the environment.</summary>
    NoApiKey,

    /// <summary>The API key has not the form <c>key-id:key-secret</c>.</summary>
    ApiKeyMalformed,

    /// <summary>fal answered 401: it does not know this key.</summary>
    ApiKeyRejected,

    /// <summary>fal answered 403: the account is locked (exhausted balance, budget, administrator) or the key lacks a scope.</summary>
    AccountLocked,

    /// <summary>A locked account, a rejected key, a failing store or an endpoint out of reach stopped new spending; the target holds what was not sent.</summary>
    SpendingStopped,

    /// <summary>The endpoint is no URL, or plain http to a host that is not this machine.</summary>
    EndpointInvalid,

    /// <summary>The endpoint's name or port does not answer.</summary>
    EndpointUnreachable,

    /// <summary>The proxy refuses to connect: it asks for a user and password, or does not let the endpoint through. Nothing was sent.</summary>
    ProxyRefused,

    /// <summary>The proxy that was given is no URL, or its credentials were given in two ways.</summary>
    ProxyInvalid,

    /// <summary>The endpoint answers, but not as fal does (an HTML page, an empty body, a shape without the fields fal sends).</summary>
    EndpointNotFal,

    /// <summary>fal refused a request that costs nothing, or kept failing it.</summary>
    RequestFailed,

    /// <summary>The file does not exist.</summary>
    FileNotFound,

    /// <summary>The file has no bytes.</summary>
    FileEmpty,

    /// <summary>The file exists and cannot be read.</summary>
    FileUnreadable,

    /// <summary>The file's bytes changed between its check and its upload.</summary>
    FileChanged,

    /// <summary>The file is not what the endpoint takes: format, length, size or picture size.</summary>
    MediaUnfit,

    /// <summary>A URL input is no absolute http(s) URL, holds a password, or is an address that fal cannot reach.</summary>
    UrlInvalid,

    /// <summary>A report that says Refuse came in to be sent.</summary>
    ReportRefused,

    /// <summary>A URL input could not be read from here when its headers were asked for.</summary>
    UrlUnreadable,

    /// <summary>A row has no video: neither a path nor a URL.</summary>
    RowIncomplete,

    /// <summary>A row names both a file and a URL for the same input.</summary>
    RowAmbiguous,

    /// <summary>A clip has no sound beside it, and none was named.</summary>
    PartnerMissing,

    /// <summary>A clip has more than one sound that could be meant.</summary>
    PartnerAmbiguous,

    /// <summary>A file that is an output of ours came in as a clip.</summary>
    OutputAsInput,

    /// <summary>Two pairs of one command would write the same file.</summary>
    OutputCollision,

    /// <summary>The output file exists already.</summary>
    OutputExists,

    /// <summary>The destination is a file, on another provider, or cannot be written.</summary>
    DestinationInvalid,

    /// <summary>The name template has an unknown or unclosed placeholder, or makes no file name.</summary>
    NameTemplateInvalid,

    /// <summary>Uploads would expire before fal is sure to have fetched them.</summary>
    UploadExpiryTooShort,

    /// <summary>-Synchronous came with a parameter that is about fal's queue.</summary>
    SynchronousConflict,

    /// <summary>The command would cost more than it may.</summary>
    MaxCostExceeded,

    /// <summary>A budget has no room for some pairs; the target holds what was not sent.</summary>
    BudgetExceeded,

    /// <summary>There is no such budget.</summary>
    BudgetNotFound,

    /// <summary>Different amounts came in for one budget.</summary>
    BudgetAmbiguous,

    /// <summary>The store is no readable database any more.</summary>
    StoreCorrupt,

    /// <summary>The store was restored from a copy, which does not know what was paid after it. Said once, before anything is spent over it.</summary>
    StoreRestored,

    /// <summary>The store's file is a database of another program.</summary>
    StoreForeign,

    /// <summary>The store was written by a newer version of the module.</summary>
    StoreNewer,

    /// <summary>The store belongs to another machine.</summary>
    StoreOfOtherMachine,

    /// <summary>The store lies on a network file system, where locks and flushes are not to be trusted.</summary>
    StoreOnNetwork,

    /// <summary>The store cannot be opened, created or written.</summary>
    StoreNotWritable,

    /// <summary>The store's disk is (nearly) full.</summary>
    StoreDiskFull,

    /// <summary>No job in the store has this id.</summary>
    JobNotFound,

    /// <summary>Uploading an input failed for good.</summary>
    UploadFailed,

    /// <summary>fal refused the job when it was sent; nothing was accepted.</summary>
    SubmitRefused,

    /// <summary>The job was kept back at the last moment: it was no longer this run's, or too long on its way out.</summary>
    SubmitHeldBack,

    /// <summary>The job was sent and fal's answer was lost: it may have been accepted and billed.</summary>
    SubmitUnconfirmed,

    /// <summary>fal accepted the job, and the store could not be written: the message has the request id.</summary>
    ReceiptNotWritten,

    /// <summary>Another request with the same two URLs is unconfirmed, so this one was not sent.</summary>
    InputsUnsettled,

    /// <summary>The job must not be forgotten: it has not ended, or its paid result is not on the disk.</summary>
    JobStillOpen,

    /// <summary>Deleting a request's payloads at fal failed.</summary>
    PayloadsNotDeleted,

    /// <summary>The key is none of an administrator.</summary>
    AdminKeyRequired,

    /// <summary>fal accepted the job and it ended without a result.</summary>
    JobFailed,

    /// <summary>The job was cancelled at fal.</summary>
    JobCancelled,

    /// <summary>The job was paid for and its result can no longer be had.</summary>
    JobLost,

    /// <summary>Waiting took longer than allowed; the job goes on at fal.</summary>
    WaitTimeout,

    /// <summary>The job has not ended, so that there is no result to save.</summary>
    JobNotCompleted,

    /// <summary>Downloading the result failed.</summary>
    DownloadFailed,

    /// <summary>What came as the result is no video, or not of the announced length.</summary>
    ResultUnfit,

    /// <summary>A fault of this module.</summary>
    Unexpected,
}
