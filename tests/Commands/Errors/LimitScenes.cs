using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Errors;

/// <summary>What the user forbids, or asks for at once and cannot have together.</summary>
internal static class LimitScenes
{
    public static IEnumerable<ErrorScene> All =>
    [
        Clip("UploadExpiryTooShort", "Invoke-KlingLipSync $clip -UploadExpiry 3600"),
        Clip("SynchronousConflict", "Invoke-KlingLipSync $clip -Synchronous -NoWait"),
        Clip("MaxCostExceeded", "Invoke-KlingLipSync $clip -MaxCost 0.01"),
        Clip("BudgetExceeded", "Set-KlingLipSyncBudget 0.01 Day; Invoke-KlingLipSync $clip"),
        Clip("BudgetAmbiguous", "1, 2 | ForEach-Object { [pscustomobject]@{ Amount = $_; Period = 'Day' } } | Set-KlingLipSyncBudget"),
        Clip("BudgetNotFound", "Remove-KlingLipSyncBudget Month"),
    ];

    private static ErrorScene Clip(string id, string script) => ErrorScene.Of(id, script, shell => shell["clip"] = shell.Folder.Pair("one.mp4"));
}
