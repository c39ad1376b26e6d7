using System.Management.Automation;

namespace KlingLipSync.Tests.Commands.Session;

/// <summary>All that a script gave, once it has ended.</summary>
internal sealed record CommandRun
{
    public required IReadOnlyList<PSObject> Output { get; init; }

    /// <summary>Every error, the terminating one included.</summary>
    public required IReadOnlyList<ErrorRecord> Errors { get; init; }

    public required IReadOnlyList<string> Warnings { get; init; }

    public required IReadOnlyList<string> Verbose { get; init; }

    public required IReadOnlyList<string> Debug { get; init; }

    public required IReadOnlyList<InformationRecord> Information { get; init; }

    public required IReadOnlyList<ProgressRecord> Progress { get; init; }

    /// <summary>What the host was given to show, what-if lines among it.</summary>
    public required IReadOnlyList<string> Shown { get; init; }

    /// <summary>True when the script was stopped from outside.</summary>
    public bool WasStopped { get; init; }

    /// <summary>What a command threw that is no error record of its own.</summary>
    public Exception? Thrown { get; init; }

    /// <summary>The output of a run that nothing went wrong in.</summary>
    public IReadOnlyList<PSObject> Clean()
    {
        // Whole messages: a collection's own assertion would cut them.
        Assert.True(Errors.Count == 0, string.Join(Environment.NewLine, Errors.Select(e => $"{e.FullyQualifiedErrorId}: {e} {e.Exception.InnerException}")));
        Assert.Null(Thrown);
        return Output;
    }

    /// <summary>The one object of a run that nothing went wrong in.</summary>
    public PSObject CleanOne() => Assert.Single(Clean());
}
