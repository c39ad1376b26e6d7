namespace KlingLipSync.Tests.Unit.Fal;

/// <summary>Tests that watch or change something of the whole process, and so run by themselves.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
