using System.Management.Automation;
using KlingLipSync.Jobs.Pairs;
using KlingLipSync.Jobs.Store;

namespace KlingLipSync.Commands;

/// <summary>What the commands share that take clips and sounds: the parameters, and what one row of input names.</summary>
public abstract class InputCommand : CatalogueCommand
{
    private protected const string RowSet = "Row", PathSet = "Path";

    private string? soundFolder;
    private bool sharesSounds;
    private PairSettings? settings;

    /// <summary>Clips, wildcards allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = PathSet,
        HelpMessage = "The clips, .mp4 or .mov; wildcards are allowed.")]
    [SupportsWildcards]
    [AllowEmptyString]
    [ArgumentCompleter(typeof(ClipPathCompleter))]
    public string[] Path { get; set; } = [];

    /// <summary>Clips, taken literally. Binds to the objects of Get-ChildItem and to the column VideoPath.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = RowSet)]
    [Alias("VideoPath", "PSPath", "LP")] // In this order: a saved job has a clip and a file, and the clip is meant.
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    [ArgumentCompleter(typeof(ClipPathCompleter))]
    public string[]? LiteralPath { get; set; }

    /// <summary>A clip's URL, which fal fetches by itself.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = RowSet)]
    [AllowNull]
    [AllowEmptyString]
    public string? VideoUrl { get; set; }

    /// <summary>The sound: one file for all clips, a column, or a script block that makes it from each clip. Several sounds make several videos of one clip.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    [ArgumentCompleter(typeof(SoundPathCompleter))]
    public string[]? AudioPath { get; set; }

    /// <summary>The sound's URL, which fal fetches by itself.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    public string? AudioUrl { get; set; }

    /// <summary>The folder where sounds of the clips' base names lie.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FolderCompleter))]
    public string? AudioDirectory { get; set; }

    /// <summary>Everything that came in and could be made out.</summary>
    private protected List<PairRequest> Requests { get; } = [];

    private protected override object? FailureTarget => Requests.ConvertAll(r => r.Input).ToArray();

    /// <summary>What holds for all requests of this command.</summary>
    private protected virtual PairSettings Settings => new() { AudioDirectory = soundFolder, SharesSounds = sharesSounds, AllowLocalUrls = Session.Endpoint.IsLoopback };

    /// <summary>Checks what holds for the whole command, before any clip.</summary>
    protected override void BeginProcessing()
    {
        // What has a value before the first record holds for every clip; a column or a script block gets its values later.
        sharesSounds = AudioPath is not null;
        if (AudioDirectory is null)
        {
            return;
        }

        try
        {
            soundFolder = this.ResolveLiteral(AudioDirectory);
            if (!Directory.Exists(soundFolder))
            {
                throw new LipSyncException(LipSyncError.FileNotFound, $"The folder of sounds '{soundFolder}' does not exist.");
            }
        }
        catch (LipSyncException e)
        {
            ThrowTerminatingError(ErrorCatalogue.Record(e, AudioDirectory));
        }
    }

    /// <summary>Takes one row or path. Paths are resolved here, where the session's location is what the user sees.</summary>
    protected override void ProcessRecord()
    {
        // One by one: a path that names nothing takes nothing from the others of the same array.
        foreach (var video in ParameterSetName == PathSet ? Path : RowVideos())
        {
            try
            {
                foreach (var input in ParameterSetName == PathSet ? PathInputs(video!) : [RowInput(video)])
                {
                    Take(new PairRequest(input, settings ??= Settings));
                }
            }
            catch (LipSyncException e)
            {
                Fail(e, BoundInput(video));
            }
        }
    }

    /// <summary>Takes one request. Kept for the end, unless the command can answer at once.</summary>
    private protected virtual void Take(PairRequest request) => Requests.Add(request);

    /// <summary>Tells that a row names nothing that can be looked at.</summary>
    private protected virtual void Fail(LipSyncException e, LipSyncInput input) => WriteFailure(e, input);

    /// <summary>Adds what this command's own columns say about the row.</summary>
    private protected virtual LipSyncInput Complete(LipSyncInput input) => input;

    /// <summary>The store, where it only tells our own results from clips; null where there is none, and so no results.</summary>
    private protected JobStore? StoreIfAny()
    {
        try
        {
            return Session.HasStore ? Session.Store : null;
        }
        catch (LipSyncException e)
        {
            WriteWarning($"{e.Message} So results of earlier runs are not told from clips here.");
            return null;
        }
    }

    private protected static string? Filled(string? cell) => string.IsNullOrWhiteSpace(cell) ? null : cell;

    private IEnumerable<LipSyncInput> PathInputs(string path)
    {
        // A row without our columns is turned into text by the binder and would be looked for as a file.
        if (RowText.Is(path) || string.IsNullOrWhiteSpace(path))
        {
            return Filled(AudioPath).Count > 0 || Filled(AudioUrl) is not null ? [Input(null, null)] : throw new LipSyncException(LipSyncError.RowIncomplete,
                $"A row without a video came in{RowText.Columns(path)}. Expected are the columns VideoPath or VideoUrl, and AudioPath or AudioUrl.");
        }

        return this.Resolve(path).Select(file => Input(file, null));
    }

    /// <summary>The row's files; one null where it has none, for its URL or for the error that it has neither.</summary>
    private IEnumerable<string?> RowVideos()
    {
        var files = Filled(LiteralPath);
        return files.Count > 0 ? files : new string?[] { null };
    }

    private LipSyncInput RowInput(string? file) => Input(file is null ? null : this.ResolveLiteral(file), Filled(VideoUrl));

    private LipSyncInput Input(string? videoPath, string? videoUrl) => Complete(new LipSyncInput
    {
        VideoPath = videoPath,
        VideoUrl = videoUrl,
        AudioPath = [.. Filled(AudioPath).Select(p => this.ResolveLiteral(p))],
        AudioUrl = Filled(AudioUrl),
    });

    /// <summary>The row as far as it is known, for an error about a path that could not be resolved.</summary>
    private protected virtual LipSyncInput BoundInput(string? video) => new()
    {
        VideoPath = video is not null && RowText.Is(video) ? null : video,
        VideoUrl = Filled(VideoUrl),
        AudioPath = [.. Filled(AudioPath)],
        AudioUrl = Filled(AudioUrl),
    };

    private static List<string> Filled(string[]? cells) => cells is null ? [] : [.. cells.Where(c => !string.IsNullOrWhiteSpace(c))];
}
