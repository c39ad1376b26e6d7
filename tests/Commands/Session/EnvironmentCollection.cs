namespace KlingLipSync.Tests.Commands.Session;

/// <summary>Tests that set environment variables, which the whole process shares: one at a time, and none beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class EnvironmentCollection
{
    public const string Name = "Environment";
}
