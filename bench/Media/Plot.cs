using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
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
        var model = new PlotModel { Title = "Files a second, one core", Background = OxyColors.White, DefaultFont = "sans-serif" };
        model.Legends.Add(new Legend { LegendPosition = LegendPosition.BottomCenter, LegendPlacement = LegendPlacement.Outside, LegendOrientation = LegendOrientation.Horizontal });
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
        model.Series.Add(Bars("ffprobe", OxyColor.Parse("#B0B0B0"), upwards.Select(row => row.FfprobeSeconds)));
        model.Series.Add(Bars("this reader", OxyColor.Parse("#1F6FB4"), upwards.Select(row => (double?)row.Seconds)));
        return new SvgExporter { Width = 900, Height = 560 }.ExportToString(model);
    }

    private static BarSeries Bars(string title, OxyColor colour, IEnumerable<double?> seconds)
    {
        var bars = new BarSeries { Title = title, FillColor = colour, BaseValue = 1, LabelPlacement = LabelPlacement.Outside, LabelFormatString = "{0:#,##0}" };
        bars.Items.AddRange(seconds.Select((value, index) => new BarItem(value is { } s ? 1 / s : double.NaN, index)));
        return bars;
    }
}
