using System.Management.Automation;
using System.Reflection;

namespace KlingLipSync.Commands;

/// <summary>Colours by <c>$PSStyle</c>: none where it says plain text, nor where it leaves that to the host and the process's output is redirected.</summary>
/// <remarks>
/// What is redirected inside PowerShell the engine makes plain itself. PowerShellStandard does not know the class, which every
/// PowerShell this module runs in has.
/// </remarks>
internal static class ViewColour
{
    private static readonly Type? Style = typeof(PSObject).Assembly.GetType("System.Management.Automation.PSStyle");
    private static readonly PropertyInfo? Instance = Style?.GetProperty("Instance"), Rendering = Style?.GetProperty("OutputRendering"),
        Foreground = Style?.GetProperty("Foreground"), Reset = Style?.GetProperty("Reset");

    /// <summary>A state or a verdict in the colour of what it means.</summary>
    public static string Of(string word) => word switch
    {
        "Saved" or "Fit" => Paint(word, "Green"),
        "Failed" or "Lost" or "Refuse" => Paint(word, "Red"),
        "Unconfirmed" or "Warn" => Paint(word, "Yellow"),
        "Queued" or "Running" or "Completed" => Paint(word, "Cyan"),
        "Cancelled" => Paint(word, "BrightBlack"),
        _ => word,
    };

    private static string Paint(string word, string colour)
    {
        var style = Instance?.GetValue(null);
        return style is null || IsPlain(Rendering?.GetValue(style)?.ToString())
            || Foreground?.GetValue(style) is not { } colours || colours.GetType().GetProperty(colour)?.GetValue(colours) is not string begin
            ? word
            : $"{begin}{word}{Reset?.GetValue(style)}";
    }

    private static bool IsPlain(string? rendering) => rendering == "PlainText" || (rendering != "Ansi" && Console.IsOutputRedirected);
}
