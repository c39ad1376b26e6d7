using System.Management.Automation;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Shape;

/// <summary>What changes something asks first, and nothing else pretends to.</summary>
public sealed class ChangeTests
{
    /// <summary>What uploads, pays, cancels, deletes, writes files or limits spending. A session's own settings are no change: they end with it.</summary>
    private static readonly string[] Changing =
    [
        "Invoke-KlingLipSync", "Remove-KlingLipSyncBudget", "Remove-KlingLipSyncJob", "Save-KlingLipSyncResult", "Set-KlingLipSyncBudget", "Stop-KlingLipSyncJob",
    ];

    [Fact]
    public async Task What_changes_something_has_WhatIf_and_Confirm_and_nothing_else_has()
    {
        var module = await ModuleShape.ReadAsync();

        Assert.Equal(Changing, module.Commands.Where(c => new CommandMetadata(c).SupportsShouldProcess).Select(c => c.Name).Order(StringComparer.Ordinal));
    }

    /// <summary>A runbook must not be asked. Nothing of ours deletes what a user made.</summary>
    [Fact]
    public async Task Nothing_asks_by_itself()
    {
        var module = await ModuleShape.ReadAsync();

        Assert.All(module.Commands.Where(c => Changing.Contains(c.Name)), c => Assert.Equal((c.Name, ConfirmImpact.Medium), (c.Name, new CommandMetadata(c).ConfirmImpact)));
    }

    [Fact]
    public async Task What_takes_in_and_gives_nothing_back_does_so_on_request()
    {
        var module = await ModuleShape.ReadAsync();
        var sinks = module.Commands.Where(c => c.Verb is "Remove" or "Set").ToList();

        Assert.NotEmpty(sinks);
        Assert.All(sinks, c => Assert.True(c.Parameters["PassThru"].SwitchParameter, c.Name));
    }

    /// <summary>The question that no -WhatIf holds back is never put.</summary>
    [Fact]
    public void Nothing_is_asked_past_ShouldProcess()
    {
        using var image = new PEReader(File.OpenRead(ModuleUnderTest.CommandAssembly));
        var metadata = image.GetMetadataReader();
        var called = metadata.MemberReferences.Select(r => metadata.GetString(metadata.GetMemberReference(r).Name)).ToList();

        Assert.Contains("ShouldProcess", called);
        Assert.DoesNotContain("ShouldContinue", called);
    }
}
