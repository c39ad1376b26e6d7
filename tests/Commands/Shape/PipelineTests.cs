using System.Management.Automation;
using System.Reflection;

namespace KlingLipSync.Tests.Commands.Shape;

/// <summary>What comes in from the pipe, into which parameter set.</summary>
public sealed class PipelineTests
{
    /// <summary>Sets that nothing comes into, each for a reason.</summary>
    private static readonly string[] Unpiped =
    [
        // A session has one connection.
        "Disconnect-KlingLipSync",
        // Filters over the whole store: an object with an Id and a Tag would mean one job or many.
        "Get-KlingLipSyncJob/List",
        // The session's own budget. A budget that is piped in says whose it is.
        "Remove-KlingLipSyncBudget/Period",
    ];

    [Fact]
    public async Task A_set_takes_at_most_one_parameter_by_value()
    {
        var module = await ModuleShape.ReadAsync();

        Assert.All(module.Commands.SelectMany(c => c.ParameterSets, (c, set) => (c.Name, Set: set)),
            s => Assert.True(s.Set.Parameters.Count(p => p.ValueFromPipeline) <= 1, $"{s.Name}/{s.Set.Name}"));
    }

    [Fact]
    public async Task Something_comes_into_every_set_that_is_about_things()
    {
        var module = await ModuleShape.ReadAsync();

        var unpiped = module.Commands.SelectMany(c => c.ParameterSets, (c, set) => (c.Name, Set: set))
            .Where(s => !s.Set.Parameters.Any(p => p.ValueFromPipeline || p.ValueFromPipelineByPropertyName))
            .Select(s => s.Set.Name == ParameterAttribute.AllParameterSets ? s.Name : $"{s.Name}/{s.Set.Name}");

        Assert.Equal(Unpiped.Order(StringComparer.Ordinal), unpiped.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Where_there_are_several_sets_one_is_the_default()
    {
        var module = await ModuleShape.ReadAsync();

        Assert.All(module.Commands.Where(c => c.ParameterSets.Count > 1), c => Assert.Single(c.ParameterSets, s => s.IsDefault));
    }

    /// <summary>Work that is done at the end alone knows only the last record.</summary>
    [Fact]
    public async Task What_comes_in_is_taken_record_by_record()
    {
        var module = await ModuleShape.ReadAsync();
        var piped = module.Commands.Where(c => c.ParameterSets.SelectMany(s => s.Parameters).Any(p => p.ValueFromPipeline || p.ValueFromPipelineByPropertyName)).ToList();

        Assert.NotEmpty(piped);
        Assert.All(piped, c => Assert.NotEqual(typeof(Cmdlet),
            c.ImplementingType.GetMethod("ProcessRecord", BindingFlags.Instance | BindingFlags.NonPublic)!.DeclaringType));
    }

    [Fact]
    public async Task Our_own_objects_come_in_as_InputObject()
    {
        var module = await ModuleShape.ReadAsync();
        var own = module.Parameters().Where(p => !ModuleShape.Element(p.Parameter.ParameterType).IsEnum && ModuleShape.Element(p.Parameter.ParameterType).Assembly == ModuleShape.Engine).ToList();

        Assert.NotEmpty(own);
        Assert.All(own, p =>
        {
            Assert.Equal("InputObject", p.Parameter.Name);
            Assert.All(p.Parameter.ParameterSets.Values, set => Assert.True(set is { ValueFromPipeline: true, IsMandatory: true }, p.Command.Name));
        });
    }
}
