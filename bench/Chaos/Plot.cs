using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

namespace KlingLipSync.Bench.Chaos;

/// <summary>Draws what was accepted and what was saved after each run of one scenario, for both programs.</summary>
internal static class Plot
{
    /// <summary>The plot as SVG.</summary>
    public static string Draw(Outcome outcome)
    {
        // Margins of its own: the library measures text without the fonts it will be shown in.
        var model = new PlotModel
        {
            Title = "Accepted by fal and saved, after each run of the same command",
            Subtitle = $"{outcome.Options.Jobs} jobs; most runs are killed",
            Background = OxyColors.White,
            DefaultFont = "Arial",
            PlotMargins = new OxyThickness(60, 10, 30, 50),
        };
        model.Legends.Add(new Legend { LegendPosition = LegendPosition.TopLeft });
        model.Axes.Add(new LinearAxis { Position = AxisPosition.Bottom, Title = "run", Minimum = 0 });
        model.Axes.Add(new LinearAxis
        {
            Position = AxisPosition.Left,
            Minimum = 0,
            MajorGridlineStyle = LineStyle.Solid,
            MajorGridlineColor = OxyColors.LightGray,
        });
        Add("module", outcome.Module.Trail, OxyColor.Parse("#1F6FB4"));
        if (outcome.Rival is { } rival)
        {
            Add("@fal-ai/client", rival.Trail, OxyColor.Parse("#909090"));
        }

        return new SvgExporter { Width = 900, Height = 480 }.ExportToString(model);

        void Add(string name, Trail trail, OxyColor colour)
        {
            var accepted = new LineSeries { Title = $"{name}: accepted", Color = colour, LineStyle = LineStyle.Dash };
            var saved = new LineSeries { Title = $"{name}: saved", Color = colour };
            accepted.Points.AddRange(trail.Marks.Select((m, i) => new DataPoint(i + 1, m.Accepted)));
            saved.Points.AddRange(trail.Marks.Select((m, i) => new DataPoint(i + 1, m.Saved)));
            model.Series.Add(accepted);
            model.Series.Add(saved);
        }
    }
}
