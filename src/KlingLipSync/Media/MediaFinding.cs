namespace KlingLipSync.Media;

/// <summary>One judgement on one file by one rule of the endpoint.</summary>
/// <param name="Severity">How much it matters.</param>
/// <param name="Rule">The rule's stable name, such as <c>Duration</c> or <c>PictureSize</c>.</param>
/// <param name="Measured">What the file has, such as <c>640x360</c>.</param>
/// <param name="Limit">What the rule asks for.</param>
/// <param name="Message">One plain sentence with the file's name, the measured value and the limit.</param>
/// <param name="Remedy">
/// An <c>ffmpeg</c> line for that very file, to be pasted into PowerShell: it mends all at once that is refused or warned about. Where no such line
/// can help, a sentence that says what does; empty where nothing needs doing.
/// </param>
public sealed record MediaFinding(MediaSeverity Severity, string Rule, string Measured, string Limit, string Message, string Remedy);
