using System.Management.Automation;

namespace KlingLipSync.Quickstart;

/// <summary>The batch's progress as one line that overwrites itself; nothing where the output goes to a file.</summary>
internal sealed class ConsoleProgress
{
    private readonly bool visible = !Console.IsOutputRedirected;
    private int drawn;

    /// <summary>Draws a bar without a parent; those of the single jobs would need more lines than one.</summary>
    public void Show(ProgressRecord record)
    {
        if (!visible || record.ParentActivityId >= 0)
        {
            return;
        }

        Clear();
        if (record.RecordType == ProgressRecordType.Processing)
        {
            var line = $"{record.Activity}: {record.StatusDescription}";
            line = line[..Math.Min(line.Length, Math.Max(Console.WindowWidth - 1, 0))];
            Console.Write(line);
            drawn = line.Length;
        }
    }

    /// <summary>Takes the line away, so that text can be written in its place.</summary>
    public void Clear()
    {
        if (drawn > 0)
        {
            Console.Write($"\r{new string(' ', drawn)}\r");
            drawn = 0;
        }
    }
}
