using System.Net;
using KlingLipSync.Emulator.Accounts;
using KlingLipSync.Emulator.Control;
using KlingLipSync.Emulator.Http;
using KlingLipSync.Emulator.Jobs;
using KlingLipSync.Emulator.Model;
using KlingLipSync.Emulator.Platform;
using KlingLipSync.Emulator.Queue;
using KlingLipSync.Emulator.Storage;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace KlingLipSync.Emulator;

/// <summary>A local fal on a loopback port. Many may live in one process, each with its own requests, files and faults.</summary>
public sealed class EmulatorServer : IAsyncDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private readonly BaseAddress address = new();
    private readonly HitCounter counter = new();
    private readonly FaultPlan faults = new();
    private readonly AccountLock accountLock = new();
    private readonly FileStore files;
    private readonly CdnTokens tokens;
    private readonly UploadTickets tickets;
    private readonly AnswerMemory answers;
    private readonly Ffmpeg ffmpeg;
    private readonly JobBoard board;
    private readonly Ledger ledger;
    private readonly WebApplication app;
    private int disposed;

    private EmulatorServer(EmulatorOptions options)
    {
        files = new FileStore(address, options.Clock);
        tokens = new CdnTokens(options.Clock);
        tickets = new UploadTickets(options.Clock);
        answers = new AnswerMemory(options.Clock);
        ffmpeg = new Ffmpeg(options.UseFfmpeg);
        var model = new LipSyncModel(options, new InputFetch(files, address), new OutputMaker(files, ffmpeg, options.Clock), address);
        board = new JobBoard(options, model, stopping.Token);
        ledger = new Ledger(board, files, counter, address);
        app = Build(options);
        var dispatcher = new Dispatcher(Routes(options), counter, faults, options.Clock, stopping.Token);
        app.Run(dispatcher.HandleAsync);
    }

    /// <summary>Where it listens; stands for all of fal's hosts.</summary>
    public Uri Url { get; private set; } = null!;

    /// <summary>Starts one.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<EmulatorServer> StartAsync(EmulatorOptions? options = null)
    {
        var server = new EmulatorServer(options ?? new EmulatorOptions());
        try
        {
            await server.app.StartAsync();
            server.Url = new Uri(server.app.Urls.First());
            server.address.Root = (options?.PublicUrl ?? server.Url).ToString().TrimEnd('/');
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>What it has seen and done so far; the same as <c>GET /_emulator/ledger</c>.</summary>
    public LedgerSnapshot Ledger() => ledger.Snapshot();

    /// <summary>Makes things go wrong, after the faults already asked for.</summary>
    public void AddFaults(params IEnumerable<Fault> wanted)
    {
        var list = wanted.ToList();
        if (list.Select(FaultRules.Complaint).FirstOrDefault(complaint => complaint is not null) is { } wrong)
            throw new ArgumentException(wrong, nameof(wanted));
        faults.Add(list);
    }

    /// <summary>Lets things go well again.</summary>
    public void ClearFaults() => faults.Clear();

    /// <summary>Locks all accounts; their jobs go on.</summary>
    public void Lock(string? reason = null) => accountLock.Lock(reason);

    /// <summary>Unlocks them again.</summary>
    public void Unlock() => accountLock.Unlock();

    /// <summary>Forgets all requests, files, counts, faults, tokens and the lock.</summary>
    public void Reset()
    {
        faults.Clear();
        accountLock.Unlock();
        board.Reset();
        tickets.Clear();
        tokens.Clear();
        answers.Clear();
        files.Clear();
        counter.Reset();
    }

    /// <summary>Breaks off what is going on, stops listening and removes the files.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
            return;
        await stopping.CancelAsync();
        // Nobody waits for a good end here: open connections are cut.
        await app.StopAsync(new CancellationToken(canceled: true));
        await app.DisposeAsync();
        ffmpeg.Dispose();
        files.Dispose();
    }

    private static WebApplication Build(EmulatorOptions options)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        // The host's own lifetime would take Ctrl+C from the process it lives in.
        builder.Services.AddSingleton<IHostLifetime, EmbeddedLifetime>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // Inputs are as large as they are, and slow readers and writers are part of the play.
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(IPAddress.Loopback, options.Port, listen => listen.Protocols = HttpProtocols.Http1);
        });
        return builder.Build();
    }

    private Router Routes(EmulatorOptions options)
    {
        var keys = new KeyRing(options.Keys, options.AdminKeys);
        var document = new StatusDocument(address);
        var lookup = new RequestLookup(keys, accountLock, board);
        var intake = new UploadIntake(files, options.Clock);
        return new Router(
            new SubmitRoute(options, keys, accountLock, board, document, stopping.Token),
            new StatusRoute(lookup, document),
            new StreamRoute(options, lookup, board, document, stopping.Token),
            new ResultRoute(lookup, document),
            new CancelRoute(lookup, board),
            new PresignedRoutes(options, keys, accountLock, tickets, intake, address, counter),
            new TokenRoutes(keys, accountLock, tokens, tickets, intake, address, counter),
            new DownloadRoute(files, tokens, counter),
            new HistoryRoute(options, keys, board),
            new PayloadRoute(keys, board, files, address, answers),
            new ControlRoutes(ledger, faults, accountLock, Reset));
    }
}
