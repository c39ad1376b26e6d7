using System.Globalization;

namespace KlingLipSync.Bench.Chaos;

/// <summary>A job as the user sees it.</summary>
internal sealed class JobLine(Dictionary<string, string> values)
{
    public string Id => Text("Id")!;

    public string? State => Text("State");

    public string? RequestId => Text("RequestId");

    public string? OutputPath => Text("OutputPath");

    public string? Video => Text("VideoPath") ?? Text("VideoUrl");

    public string? Audio => Text("AudioPath") ?? Text("AudioUrl");

    public decimal? QuotedCost => Number("QuotedCost");

    public decimal? BilledSeconds => Number("BilledSeconds");

    public decimal? BillableUnits => Number("BillableUnits");

    public string? ErrorMessage => Text("ErrorMessage");

    private string? Text(string name) => values.GetValueOrDefault(name) is { Length: > 0 } text ? text : null;

    private decimal? Number(string name) => Text(name) is { } text ? decimal.Parse(text, CultureInfo.InvariantCulture) : null;
}
