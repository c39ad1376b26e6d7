namespace KlingLipSync.Tests.Commands;
public class Smoke { [Fact] public void Runs() { using var ps = System.Management.Automation.PowerShell.Create(); Assert.Single(ps.AddScript("1").Invoke()); } }
