namespace KlingLipSync.Tests.Unit.Media;

/// <summary>Tests that keep every core busy: they run by themselves, so that no test of sockets and clocks has to wait for them.</summary>
[CollectionDefinition(nameof(Heavy), DisableParallelization = true)]
public sealed class Heavy;
