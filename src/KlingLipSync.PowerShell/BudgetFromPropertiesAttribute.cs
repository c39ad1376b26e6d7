using System.Management.Automation;

namespace KlingLipSync.Commands;

/// <summary>Takes budgets that came out of a job or another machine's session: on the way they lost their type and kept their properties.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class BudgetFromPropertiesAttribute : ArgumentTransformationAttribute
{
    private const string Flattened = "Deserialized.KlingLipSync.LipSyncBudget";

    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        LanguagePrimitives.GetEnumerable(inputData) is { } list ? list.Cast<object?>().Select(One).ToArray() : One(inputData)!;

    private static object? One(object? input) => input is PSObject budget && budget.TypeNames.Contains(Flattened) ? Restored(budget) : input;

    private static LipSyncBudget Restored(PSObject budget) => new()
    {
        Period = Value<LipSyncBudgetPeriod>(budget, nameof(LipSyncBudget.Period)),
        Amount = Value<decimal>(budget, nameof(LipSyncBudget.Amount)),
        Spent = Value<decimal>(budget, nameof(LipSyncBudget.Spent)),
        Reserved = Value<decimal>(budget, nameof(LipSyncBudget.Reserved)),
        PeriodStart = Moment(budget, nameof(LipSyncBudget.PeriodStart)),
        PeriodEnd = Moment(budget, nameof(LipSyncBudget.PeriodEnd)),
        Endpoint = Value<string>(budget, nameof(LipSyncBudget.Endpoint)),
        EndpointId = Value<string>(budget, nameof(LipSyncBudget.EndpointId)),
        KeyId = Value<string>(budget, nameof(LipSyncBudget.KeyId)),
    };

    private static T Value<T>(PSObject budget, string property) =>
        LanguagePrimitives.TryConvertTo<T>(budget.Properties[property]?.Value, out var value) ? value : throw Missing(property);

    /// <summary>A time arrives in its parts.</summary>
    private static DateTimeOffset Moment(PSObject budget, string property) => budget.Moment(property) ?? throw Missing(property);

    private static ArgumentTransformationMetadataException Missing(string property) => new($"The budget that came in has no {property}.");
}
