using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace KlingLipSync.Bench.Media;

/// <summary>Draws the files a second of each kind, on a logarithmic scale.</summary>
public static class Plot
{
    /// <summary>The plot as SVG.</summary>
    /// <param name="rows">What was measured.</param>
    public static string Draw(IReadOnlyList<Results.Row> rows)
    {
        // From the top down, as in the table.
        Results.Row[] upwards = [.. rows.Reverse()];

        // Margins of its own: the library measures text without the fonts it will be shown in.
        var model = new PlotModel
        {
            Title = "Files a second on one core",
            Subtitle = rows.Any(row => row.FfprobeSeconds is not null) ? "blue: this reader; grey: ffprobe, a process for each file" : "",
            Background = OxyColors.White,
            DefaultFont = "Arial",
            PlotMargins = new OxyThickness(190, 10, 30, 40),
        };
        var names = new CategoryAxis { Position = AxisPosition.Left, GapWidth = 0.4 };
        names.Labels.AddRange(upwards.Select(row => row.Name));
        model.Axes.Add(names);
        model.Axes.Add(new LogarithmicAxis
        {
            Position = AxisPosition.Bottom,
            Minimum = 1,
            Maximum = 10 * rows.Max(row => 1 / row.Seconds),
            MajorGridlineStyle = LineStyle.Solid,
            MajorGridlineColor = OxyColors.LightGray,
            StringFormat = "#,##0",
        });
        model.Series.Add(Bars(OxyColor.Parse("#B0B0B0"), upwards.Select(row => row.FfprobeSeconds)));
        model.Series.Add(Bars(OxyColor.Parse("#1F6FB4"), upwards.Select(row => (double?)row.Seconds)));
        return new SvgExporter { Width = 900, Height = 560 }.ExportToString(model);
    }

    private static BarSeries Bars(OxyColor colour, IEnumerable<double?> seconds)
    {
        var bars = new BarSeries { FillColor = colour, BaseValue = 1, LabelPlacement = LabelPlacement.Outside, LabelMargin = 14, LabelFormatString = "{0:#,##0}" };
        bars.Items.AddRange(seconds.Select((value, index) => new BarItem(value is { } s ? 1 / s : double.NaN, index)));
        return bars;
    }
}
