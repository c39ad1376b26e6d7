using System.Management.Automation;

namespace KlingLipSync.Tests.Commands.Session;

/// <summary>What every error of the module keeps to.</summary>
internal static class ErrorRules
{
    /// <summary>The one error of a run, complete and of this id and category.</summary>
    public static ErrorRecord OneError(this CommandRun run, string id, ErrorCategory category)
    {
        Assert.Null(run.Thrown);
        Assert.Equal([id], run.Errors.Select(e => e.FullyQualifiedErrorId.Split(',')[0]));
        return run.Errors[0].Complete(id, category);
    }

    /// <summary>An error with its id, category, target, words and advice.</summary>
    public static ErrorRecord Complete(this ErrorRecord error, string id, ErrorCategory category)
    {
        Assert.StartsWith(id + ",KlingLipSync.Commands.", error.FullyQualifiedErrorId);
        Assert.Equal(category, error.CategoryInfo.Category);
        Assert.NotNull(error.TargetObject);
        Assert.NotEmpty(error.Exception.Message);
        Assert.NotNull(error.ErrorDetails);
        Assert.NotEmpty(error.ErrorDetails.Message);
        Assert.NotEmpty(error.ErrorDetails.RecommendedAction);
        return error;
    }
}
