namespace KlingLipSync.Emulator;

/// <summary>How one emulator behaves. The defaults are those of the command line.</summary>
public sealed record EmulatorOptions
{
    /// <summary>No waiting and no ffmpeg: what most tests want.</summary>
    public static EmulatorOptions Instant { get; } = new() { QueueTime = TimeSpan.Zero, RunTime = TimeSpan.Zero, UseFfmpeg = false };

    /// <summary>The loopback port; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>The address that clients know it by, where something stands before it; its own one by default.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>How long a request stays queued even when a slot is free.</summary>
    public TimeSpan QueueTime { get; init; } = TimeSpan.FromSeconds(0.2);

    /// <summary>How long a run takes.</summary>
    public TimeSpan RunTime { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>Up to this each run takes another time, drawn anew; null where all take the same.</summary>
    public TimeSpan? LongestRunTime { get; init; }

    /// <summary>How many requests of one account run at once; the others stay queued.</summary>
    public int Concurrency { get; init; } = 10;

    /// <summary>How long after its end a request shows in the history.</summary>
    public TimeSpan HistoryLag { get; init; }

    /// <summary>The keys that are known, as <c>id:secret</c>. Each is an account of its own.</summary>
    public IReadOnlyList<string> Keys { get; init; } = ["demo:demo"];

    /// <summary>Keys as <c>id:secret</c> that belong to the account of the first of <see cref="Keys"/> and may also delete payloads.</summary>
    public IReadOnlyList<string> AdminKeys { get; init; } = [];

    /// <summary>Whether the accounts keep payloads at all. Off, nothing is kept whatever a request asks for.</summary>
    public bool PayloadStorage { get; init; } = true;

    /// <summary>How long a result without payload storage is kept; results of 10 KB and more for a tenth of it.</summary>
    public TimeSpan ResultRetention { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long a result is kept for a request that asked for payload storage.</summary>
    public TimeSpan PayloadRetention { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Whether there is a status stream; without it clients have to poll.</summary>
    public bool Streaming { get; init; } = true;

    /// <summary>How often a silent status stream sends a comment.</summary>
    public TimeSpan StreamKeepAlive { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long an upload URL takes bytes.</summary>
    public TimeSpan UploadUrlLifetime { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Whether outputs get the new sound by ffmpeg, where it is on the PATH.</summary>
    public bool UseFfmpeg { get; init; } = true;

    /// <summary>The clock of jobs, retention, expiry and the <c>Date</c> header. Faults wait by the real one.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
