using System.Management.Automation;

namespace KlingLipSync.Commands;

/// <summary>Refuses time spans below a least number of seconds.</summary>
/// <param name="leastSeconds">The least that is taken.</param>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class ValidateTimeSpanAttribute(double leastSeconds) : ValidateEnumeratedArgumentsAttribute
{
    /// <inheritdoc/>
    protected override void ValidateElement(object element)
    {
        if (element is TimeSpan span && span < TimeSpan.FromSeconds(leastSeconds))
        {
            throw new ValidationMetadataException(FormattableString.Invariant($"{span} is too short; the least is {leastSeconds} s."));
        }
    }
}
