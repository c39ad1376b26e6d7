using BenchmarkDotNet.Attributes;
using KlingLipSync.Jobs.Store;
using Microsoft.Data.Sqlite;

namespace KlingLipSync.Bench.Store;

/// <summary>Reading all jobs of a store, as <c>Get-KlingLipSyncJob -Local</c> does.</summary>
[MemoryDiagnoser]
public class ReadBenchmarks
{
    /// <summary>How many jobs are in the store.</summary>
    public const int Rows = 10_000;

    private JobStore? store;

    /// <summary>Fills a store with saved jobs, each with its attempt and its file.</summary>
    [GlobalSetup]
    public void Fill()
    {
        var folder = Folder.New();
        using (var connection = StoreFile.Open(folder, TimeProvider.System))
        {
            Fill(connection);
        }

        store = new JobStore(folder, TimeProvider.System);
    }

    /// <summary>Closes it.</summary>
    [GlobalCleanup]
    public void Close() => store?.Dispose();

    /// <summary>Every job, newest first.</summary>
    [Benchmark]
    public int ReadAll() => store!.List(new JobFilter()).Count;

    private static void Fill(SqliteConnection c)
    {
        using var transaction = c.BeginTransaction();
        c.Run("INSERT INTO runs (id, command, process_id, started_at) VALUES ('run', 'Invoke-KlingLipSync', 1, 0)");
        for (var n = 0; n < Rows; n++)
        {
            c.Run("""
                INSERT INTO jobs (id, pair, service, endpoint_id, account, state, run_id, attempt, video_path, audio_path, video_ms, billed_seconds,
                    quoted_micro_usd, billed, created_at, changed_at)
                VALUES ($id, $pair, 'fal', 'fal-ai/kling-video/lipsync/audio-to-video', '019a0000-0000-7000-8000-000000000000', 'Saved', 'run', 1,
                    $video, $audio, 4960, 5, 70000, 'Yes', $n, $n)
                """,
                ("$id", $"01job{n:00000000000}"), ("$pair", $"{n:x64}"), ("$video", $"/srv/media/clips/2026/11/clip-{n:00000}.mp4"),
                ("$audio", $"/srv/media/clips/2026/11/clip-{n:00000}.wav"), ("$n", 1_767_312_000_000L + n));
            var request = $"019a0000-0000-7000-8000-{n:000000000000}";
            var url = "https://queue.fal.run/fal-ai/kling-video/requests/" + request;
            c.Run("""
                INSERT INTO attempts (job_id, number, run_id, state, video_url, audio_url, service, endpoint_id, key_id, amount_micro_usd, start_timeout_ms,
                    intent_at, fal_intent_at, request_id, status_url, response_url, cancel_url, accepted_at, completed_at, collect_before, result_status,
                    result_json, result_url, result_bytes, billable_units, inference_ms, end_state, billed)
                VALUES ($id, 1, 'run', 'Ended', $upload || 'v.mp4', $upload || 'a.wav', 'fal', 'fal-ai/kling-video/lipsync/audio-to-video',
                    '019a0000-0000-7000-8000-000000000000', 70000, 21600000, $n, $n, $request, $url || '/status', $url, $url || '/cancel', $n, $n, $n, 200,
                    $json, $upload || 'out.mp4', 2400000, '5', 115000, 'Completed', 'Yes')
                """,
                ("$id", $"01job{n:00000000000}"), ("$n", 1_767_312_000_000L + n), ("$request", request), ("$url", url),
                ("$upload", $"https://v3b.fal.media/files/b/{n:x8}/"), ("$json", $$$"""{"video":{"url":"https://v3b.fal.media/files/b/{{{n:x8}}}/out.mp4"}}"""));
            c.Run("INSERT INTO outputs (path, job_id, request_id, bytes, sha256, written_at, saved_at) VALUES ($path, $id, $request, 2400000, $sha, $n, $n)",
                ("$path", $"/srv/media/out/clip-{n:00000}.lipsync.mp4"), ("$id", $"01job{n:00000000000}"), ("$request", request), ("$sha", $"{n:x64}"), ("$n", 1_767_312_000_000L + n));
        }

        transaction.Commit();
    }
}
