using System.Management.Automation;

namespace KlingLipSync.Commands;

/// <summary>
/// Every error id with its category, its target and what to do next. The one place that makes error records, and together with
/// the summaries of <see cref="LipSyncError"/> the source of the catalogue in the help.
/// </summary>
internal static class ErrorCatalogue
{
    /// <summary>All of it; the program that makes the help reads it by this name.</summary>
    internal static IReadOnlyDictionary<LipSyncError, ErrorEntry> Entries { get; } = new Dictionary<LipSyncError, ErrorEntry>
    {
        [LipSyncError.NoApiKey] = new(ErrorCategory.AuthenticationError, "the endpoint",
            "Make a key at fal.ai/dashboard/keys, then run Connect-KlingLipSync, or set the environment variable FAL_KEY."),
        [LipSyncError.ApiKeyMalformed] = new(ErrorCategory.AuthenticationError, "the endpoint",
            "Give the whole key as fal shows it, key-id:key-secret, without the word Key and without quotes inside."),
        [LipSyncError.ApiKeyRejected] = new(ErrorCategory.AuthenticationError, "the endpoint, or the job",
            "Check the key at fal.ai/dashboard/keys. It may have been deleted, or belong to another endpoint."),
        [LipSyncError.AccountLocked] = new(ErrorCategory.QuotaExceeded, "the endpoint, or the job",
            "Look at fal.ai/dashboard/billing. After a top-up run the same command again: it goes on where it stopped."),
        [LipSyncError.SpendingStopped] = new(ErrorCategory.QuotaExceeded, "the inputs that were not sent",
            "Mend the reason, then run the same command again, or pipe this error's TargetObject back. What was accepted is collected, not paid again."),
        [LipSyncError.EndpointInvalid] = new(ErrorCategory.InvalidArgument, "the endpoint",
            "Give an https URL, or http on 127.0.0.1, without query and user: -Endpoint, Connect-KlingLipSync or KLINGLIPSYNC_ENDPOINT."),
        [LipSyncError.EndpointUnreachable] = new(ErrorCategory.ConnectionError, "the inputs that were not sent, or the endpoint, or the job",
            "Check the network, the proxy (HTTPS_PROXY) and the endpoint, then run the same command again."),
        [LipSyncError.ProxyRefused] = new(ErrorCategory.PermissionDenied, "the inputs that were not sent, or the endpoint, or the job",
            "Connect-KlingLipSync -ProxyCredential, or -ProxyUseDefaultCredentials, tells the proxy who you are. Else ask whoever runs it to let through *.fal.run, *.fal.ai, *.fal.media and storage.googleapis.com; or go past it with NO_PROXY or -NoProxy."),
        [LipSyncError.ProxyInvalid] = new(ErrorCategory.InvalidArgument, "the endpoint",
            "Give Connect-KlingLipSync -Proxy http://host:port, and the user with -ProxyCredential or -ProxyUseDefaultCredentials, not with both."),
        [LipSyncError.EndpointNotFal] = new(ErrorCategory.ProtocolError, "the inputs that were not sent, or the endpoint, or the job",
            "Check -Endpoint and KLINGLIPSYNC_ENDPOINT, and whether a proxy or a log-in page answers in fal's place."),
        [LipSyncError.RequestFailed] = new(ErrorCategory.InvalidResult, "the inputs that were not sent, or the endpoint, or the job",
            "Run the same command again later; nothing was paid for by this request."),
        [LipSyncError.FileNotFound] = new(ErrorCategory.ObjectNotFound, "the input, or the job, or the folder", "Check the path. Brackets in a name need -LiteralPath."),
        [LipSyncError.FileEmpty] = new(ErrorCategory.InvalidData, "the input", "Copy or export the file again."),
        [LipSyncError.FileUnreadable] = new(ErrorCategory.ReadError, "the input, or the job", "Check the file's permissions and whether another program holds it."),
        [LipSyncError.FileChanged] = new(ErrorCategory.ResourceBusy, "the job", "Wait until the file is complete, then run the same command again."),
        [LipSyncError.MediaUnfit] = new(ErrorCategory.InvalidData, "the input",
            "Convert the file so that it keeps the endpoint's limits: .mp4 or .mov of 2 to 10 s, 720 to 1920 px a side, 100 MB; sound of 2 to 60 s, 5 MB."),
        [LipSyncError.UrlInvalid] = new(ErrorCategory.InvalidArgument, "the input", "Give an absolute http or https URL that needs no log-in."),
        [LipSyncError.ReportRefused] = new(ErrorCategory.InvalidData, "the input",
            "Mend what the report's Reasons name by its Remedies, and pipe a new report. To send it with -Force or -SkipMediaCheck, pipe the file and not its report."),
        [LipSyncError.UrlUnreadable] = new(ErrorCategory.ResourceUnavailable, "the input",
            "Open the URL in a browser without being logged in: fal fetches it in the same way. Or download the file and give its path."),
        [LipSyncError.RowIncomplete] = new(ErrorCategory.InvalidArgument, "the input",
            "Name the columns VideoPath or VideoUrl, and AudioPath or AudioUrl; Destination, Key and Tag may follow."),
        [LipSyncError.RowAmbiguous] = new(ErrorCategory.InvalidArgument, "the input", "Give either the file or the URL, and leave the other cell empty."),
        [LipSyncError.PartnerMissing] = new(ErrorCategory.ObjectNotFound, "the input",
            "Put a .wav, .mp3, .m4a or .aac of the same name beside the clip, or name it with -AudioPath, -AudioUrl or -AudioDirectory."),
        [LipSyncError.PartnerAmbiguous] = new(ErrorCategory.InvalidArgument, "the input", "Say which sound is meant with -AudioPath."),
        [LipSyncError.OutputAsInput] = new(ErrorCategory.InvalidArgument, "the input, or the job", "Leave it out, or give -AllowOutputAsInput if it is really meant."),
        [LipSyncError.OutputCollision] = new(ErrorCategory.ResourceExists, "the input, or the job",
            "Give another -Destination for one of them, or a -NameTemplate that tells them apart, such as '{Name}.{Id}'."),
        [LipSyncError.OutputExists] = new(ErrorCategory.ResourceExists, "the input, or the job",
            "Move the file away, save elsewhere with -Destination, or give -Force to overwrite it. To pay for a new take of a pair, add -ResubmitBefore (Get-Date)."),
        [LipSyncError.DestinationInvalid] = new(ErrorCategory.InvalidArgument, "the folder, or the input", "Give a folder on a drive of files that you may write to."),
        [LipSyncError.NameTemplateInvalid] = new(ErrorCategory.InvalidArgument, "the template",
            "Use {Name}, {AudioName}, {Id}, {RequestId} and {Date}, and no path separators."),
        [LipSyncError.SynchronousConflict] = new(ErrorCategory.InvalidArgument, "the parameter's value", "Leave out -Synchronous, or the other parameter."),
        [LipSyncError.UploadExpiryTooShort] = new(ErrorCategory.InvalidArgument, "the parameter's value", "Raise -UploadExpiry, or lower -StartTimeout."),
        [LipSyncError.MaxCostExceeded] = new(ErrorCategory.LimitsExceeded, "the inputs", "Give fewer clips, or raise -MaxCost. Nothing was sent."),
        [LipSyncError.BudgetExceeded] = new(ErrorCategory.QuotaExceeded, "the inputs that were not sent",
            "Raise it with Set-KlingLipSyncBudget, or wait for the next period; then run the same command again, or pipe this error's TargetObject back. What was paid is collected, not paid again."),
        [LipSyncError.BudgetAmbiguous] = new(ErrorCategory.InvalidArgument, "the amounts",
            "Pipe the budgets of one key at one endpoint: Get-KlingLipSyncBudget -KeyId <id> -Endpoint <endpoint>."),
        [LipSyncError.BudgetNotFound] = new(ErrorCategory.ObjectNotFound, "the budget, or its period", "List the budgets with Get-KlingLipSyncBudget."),
        [LipSyncError.StoreCorrupt] = new(ErrorCategory.InvalidData, "the inputs, or the store's folder",
            "Put a copy of store.db in its place, from the folder copies beside it, with store.db-wal and store.db-shm moved away. What was paid after the copy is not in it, and would be paid again: fal.ai/dashboard/requests shows it."),
        [LipSyncError.StoreRestored] = new(ErrorCategory.InvalidOperation, "the inputs",
            "Look at fal.ai/dashboard/requests for what ran since then, fetch it from there, and leave those clips out. Then run the same command again: it goes on."),
        [LipSyncError.StoreForeign] = new(ErrorCategory.InvalidData, "the inputs, or the store's folder",
            "Choose another folder with KLINGLIPSYNC_HOME or Connect-KlingLipSync -StorePath."),
        [LipSyncError.StoreNewer] = new(ErrorCategory.InvalidData, "the inputs, or the store's folder", "Update the module on this machine."),
        [LipSyncError.StoreOfOtherMachine] = new(ErrorCategory.InvalidOperation, "the inputs, or the store's folder",
            "Where one worker at a time carries this store on, set KLINGLIPSYNC_MACHINE to the name in the message, on each of them. Else give this machine a store of its own with KLINGLIPSYNC_HOME or Connect-KlingLipSync -StorePath; that one knows nothing of what was paid with this one, and would pay for it again."),
        [LipSyncError.StoreOnNetwork] = new(ErrorCategory.InvalidOperation, "the inputs, or the store's folder",
            "Choose a folder on a local disk with KLINGLIPSYNC_HOME or Connect-KlingLipSync -StorePath."),
        [LipSyncError.StoreNotWritable] = new(ErrorCategory.PermissionDenied, "the inputs, or the store's folder, or the path",
            "Make the folder writable, or choose another with KLINGLIPSYNC_HOME or Connect-KlingLipSync -StorePath."),
        [LipSyncError.StoreDiskFull] = new(ErrorCategory.LimitsExceeded, "the inputs, or the store's folder", "Free some space on that disk, then run the same command again."),
        [LipSyncError.JobNotFound] = new(ErrorCategory.ObjectNotFound, "the id", "List the known jobs with Get-KlingLipSyncJob -Local."),
        [LipSyncError.UploadFailed] = new(ErrorCategory.WriteError, "the job", "Run the same command again; uploading is free and nothing was submitted."),
        [LipSyncError.SubmitRefused] = new(ErrorCategory.InvalidOperation, "the job", "Mend what fal names, then run the same command again. Nothing was accepted."),
        [LipSyncError.SubmitHeldBack] = new(ErrorCategory.OperationStopped, "the job", "Run the same command again; nothing was sent."),
        [LipSyncError.SubmitUnconfirmed] = new(ErrorCategory.OperationStopped, "the job",
            "Run the same command again later: each run looks it up in fal's history and goes on with it if it is there. Once it is proven that fal never had it, -OnUnconfirmed Resubmit sends it again. fal.ai/dashboard/requests shows what ran."),
        [LipSyncError.ReceiptNotWritten] = new(ErrorCategory.WriteError, "the job",
            "Keep the request id of the message. Free some space or mend the store's disk, then run the same command again: it finds the request in fal's history and pays nothing twice."),
        [LipSyncError.InputsUnsettled] = new(ErrorCategory.ResourceBusy, "the job",
            "Run the same command again later, when the other one is settled; or give this pair URLs of its own, for example with another query, to send it now."),
        [LipSyncError.JobStillOpen] = new(ErrorCategory.ResourceBusy, "the job",
            "Let it end first: Wait-KlingLipSyncJob, then Save-KlingLipSyncResult, or Stop-KlingLipSyncJob. -Force forgets a paid result that is not saved; an unconfirmed job is kept until it is settled."),
        [LipSyncError.PayloadsNotDeleted] = new(ErrorCategory.WriteError, "the job", "Run the same command again. The local record was kept."),
        [LipSyncError.AdminKeyRequired] = new(ErrorCategory.PermissionDenied, "the job",
            "Give a key with the ADMIN scope of the same account with -ApiKey; fal.ai/dashboard/keys makes one. The local record was kept."),
        [LipSyncError.JobFailed] = new(ErrorCategory.InvalidResult, "the job",
            "Read fal's words. A failure that is not billed and may pass is tried again by the same command; to pay again for another, add -ResubmitBefore (Get-Date)."),
        [LipSyncError.JobCancelled] = new(ErrorCategory.OperationStopped, "the job",
            "A job removed while queued is submitted anew by the same command. One cancelled while running may have been billed: pay again with -ResubmitBefore (Get-Date)."),
        [LipSyncError.JobLost] = new(ErrorCategory.ObjectNotFound, "the job", "Pay again with -ResubmitBefore (Get-Date) if you need the file."),
        [LipSyncError.WaitTimeout] = new(ErrorCategory.OperationTimeout, "the job",
            "Run the same command again, or Get-KlingLipSyncJob -Pending | Wait-KlingLipSyncJob | Save-KlingLipSyncResult -Destination <folder>. Nothing is paid twice."),
        [LipSyncError.JobNotCompleted] = new(ErrorCategory.InvalidOperation, "the job", "Wait for it first: Wait-KlingLipSyncJob."),
        [LipSyncError.DownloadFailed] = new(ErrorCategory.WriteError, "the job",
            "Run the same command again: the job is paid for and its result is fetched, not made anew. Mind the job's CollectBefore."),
        [LipSyncError.ResultUnfit] = new(ErrorCategory.InvalidResult, "the job",
            "Look at the job's ResultUrl. Running the same command again fetches it once more and pays nothing."),
        [LipSyncError.Unexpected] = new(ErrorCategory.NotSpecified, "the job, or the input", "Run the same command again; it pays nothing twice. Please report this error."),
    };

    /// <summary>What to do about a failure.</summary>
    public static string Advice(LipSyncException e) => e.Remedy ?? Entries[e.Error].Action;

    /// <summary>The record of a failure: id, category, target, what happened, what to do.</summary>
    public static ErrorRecord Record(LipSyncException e, object? target)
    {
        var (category, _, action) = Entries[e.Error];

        // One id for a stopped batch, the category by what stopped it.
        if (e is { Error: LipSyncError.SpendingStopped, InnerException: LipSyncException reason })
        {
            category = Entries[reason.Error].Category;
        }

        return new ErrorRecord(e, e.Error.ToString(), category, target)
        {
            ErrorDetails = new ErrorDetails(e.Message) { RecommendedAction = e.Remedy is null ? action : $"{e.Remedy}{Environment.NewLine}{action}" },
        };
    }
}
