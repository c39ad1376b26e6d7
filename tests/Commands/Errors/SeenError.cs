using System.Management.Automation;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Errors;

/// <summary>What a script sees of an error record.</summary>
internal sealed record SeenError(string Id, string Category, PSObject? Target, string Message, string? Details, string? Action)
{
    /// <summary>The one error of this id among those of a run; what follows from it may be there as well.</summary>
    public static SeenError In(CommandRun run, string id)
    {
        Assert.Null(run.Thrown);
        var error = run.Errors.FirstOrDefault(e => e.FullyQualifiedErrorId.StartsWith(id + ",KlingLipSync.Commands.", StringComparison.Ordinal));
        Assert.True(error is not null, $"{id} did not happen, but {string.Join("; ", run.Errors.Select(e => $"{e.FullyQualifiedErrorId}: {e}"))}.");
        return new SeenError(id, error.CategoryInfo.Category.ToString(), error.TargetObject is { } target ? PSObject.AsPSObject(target) : null,
            error.Exception.Message, error.ErrorDetails?.Message, error.ErrorDetails?.RecommendedAction);
    }
}
