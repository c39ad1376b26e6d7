using System.Management.Automation.Host;

namespace KlingLipSync.Quickstart;

/// <summary>The console's size, by which tables are laid out. Moving a cursor about is not offered.</summary>
internal sealed class ConsoleSize : PSHostRawUserInterface
{
    private const int WidthOfFiles = 120, HeightOfFiles = 50;

    public override Size BufferSize
    {
        get => WindowSize;
        set => throw Refused();
    }

    public override Size WindowSize
    {
        // Some terminals, those of build servers above all, say that they are 0 wide.
        get => !Console.IsOutputRedirected && Console.WindowWidth > 0
            ? new Size(Console.WindowWidth, Console.WindowHeight)
            : new Size(WidthOfFiles, HeightOfFiles);
        set => throw Refused();
    }

    public override Size MaxWindowSize => WindowSize;

    public override Size MaxPhysicalWindowSize => WindowSize;

    public override ConsoleColor ForegroundColor { get; set; } = ConsoleColor.Gray;

    public override ConsoleColor BackgroundColor { get; set; } = ConsoleColor.Black;

    public override Coordinates CursorPosition { get; set; }

    public override Coordinates WindowPosition { get; set; }

    public override int CursorSize { get; set; } = 25;

    public override string WindowTitle { get; set; } = "";

    public override bool KeyAvailable => false;

    public override KeyInfo ReadKey(ReadKeyOptions options) => throw Refused();

    public override void FlushInputBuffer()
    {
    }

    public override BufferCell[,] GetBufferContents(Rectangle rectangle) => throw Refused();

    public override void SetBufferContents(Coordinates origin, BufferCell[,] contents) => throw Refused();

    public override void SetBufferContents(Rectangle rectangle, BufferCell fill) => throw Refused();

    public override void ScrollBufferContents(Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill) => throw Refused();

    private static NotSupportedException Refused() => new("This console only writes.");
}
