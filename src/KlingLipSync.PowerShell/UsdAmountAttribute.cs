using System.Globalization;
using System.Management.Automation;

namespace KlingLipSync.Commands;

/// <summary>
/// Reads an amount of money that came as text, such as a cell of a table. PowerShell itself takes a comma for a thousands sign, so that
/// an amount written under another culture, <c>2,5</c>, would be 25.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class UsdAmountAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return value is not string text ? inputData
            : decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
                CultureInfo.InvariantCulture, out var amount) ? amount
            : throw new ArgumentTransformationMetadataException($"'{text}' is no amount in USD. Write it with a point and without thousands signs, such as 1250.50.");
    }
}
