using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

namespace KlingLipSync.Bench.SideBySide;

/// <summary>Draws what was measured as SVG.</summary>
internal static class Plot
{
    private static readonly OxyColor[] Colours = [.. new[] { "#1F6FB4", "#2CA02C", "#909090", "#D08030", "#8050B0" }.Select(OxyColor.Parse)];

    /// <summary>Lines over one pair of axes.</summary>
    public static string Lines(string title, string x, string y, params IReadOnlyList<(string Name, IEnumerable<(double X, double Y)> Points)> lines)
    {
        var model = Model(title, Axis(AxisPosition.Bottom, x), Axis(AxisPosition.Left, y));
        foreach (var ((name, points), colour) in lines.Zip(Colours))
        {
            var series = new LineSeries { Title = name, Color = colour };
            series.Points.AddRange(points.Select(p => new DataPoint(p.X, p.Y)));
            model.Series.Add(series);
        }

        return Draw(model);
    }

    /// <summary>One point for each name, on logarithmic axes.</summary>
    public static string Points(string title, string x, string y, params IReadOnlyList<(string Name, double X, double Y)> points)
    {
        var model = Model(title, Logarithmic(AxisPosition.Bottom, x, points.Select(p => p.X)), Logarithmic(AxisPosition.Left, y, points.Select(p => p.Y)));
        foreach (var ((name, px, py), colour) in points.Zip(Colours))
        {
            var series = new ScatterSeries { Title = name, MarkerType = MarkerType.Circle, MarkerSize = 7, MarkerFill = colour };
            series.Points.Add(new ScatterPoint(px, py));
            model.Series.Add(series);
        }

        return Draw(model);
    }

    private static string Draw(PlotModel model) => new SvgExporter { Width = 900, Height = 420 }.ExportToString(model);

    private static PlotModel Model(string title, params IEnumerable<Axis> axes)
    {
        // Margins of its own: the library measures text without the fonts it will be shown in.
        var model = new PlotModel { Title = title, Background = OxyColors.White, DefaultFont = "Arial", PlotMargins = new OxyThickness(70, 10, 30, 50) };
        model.Legends.Add(new Legend { LegendPosition = LegendPosition.TopRight });
        foreach (var axis in axes)
        {
            axis.MajorGridlineStyle = LineStyle.Solid;
            axis.MajorGridlineColor = OxyColors.LightGray;
            model.Axes.Add(axis);
        }

        return model;
    }

    private static LinearAxis Axis(AxisPosition position, string title) => new() { Position = position, Title = title, Minimum = 0 };

    private static LogarithmicAxis Logarithmic(AxisPosition position, string title, IEnumerable<double> values) => new()
    {
        Position = position,
        Title = title,
        Minimum = values.Min() / 2,
        Maximum = values.Max() * 4,
    };
}
