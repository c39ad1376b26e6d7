namespace KlingLipSync.Tests.Unit;
public class Smoke { [Fact] public void Runs() => Assert.Equal("Saved", LipSyncJobState.Saved.ToString()); }
