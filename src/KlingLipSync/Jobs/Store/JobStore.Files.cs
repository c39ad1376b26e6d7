using KlingLipSync.Fal;

namespace KlingLipSync.Jobs.Store;

/// <content>Files: what was written where, what lies at fal, what hashes are known.</content>
internal sealed partial class JobStore
{
    /// <summary>The file is whole beside its final name; after this row the rename makes it visible.</summary>
    /// <param name="id">The job.</param>
    /// <param name="output">The file.</param>
    /// <param name="take">Whether a path that another job's file had may be taken over.</param>
    /// <exception cref="LipSyncException">Another job's file is there.</exception>
    public void WriteOutput(string id, Output output, bool take) => Write(c =>
    {
        if (c.Run("""
            INSERT INTO outputs (path, job_id, request_id, bytes, sha256, written_at) VALUES ($path, $id, $request, $bytes, $sha, $now)
            ON CONFLICT (path) DO UPDATE SET job_id = $id, request_id = $request, bytes = $bytes, sha256 = $sha, written_at = $now, saved_at = NULL
            WHERE $take OR job_id = $id
            """,
            ("$path", output.Path), ("$id", id), ("$request", output.RequestId), ("$bytes", output.Bytes), ("$sha", output.Sha256),
            ("$now", Now), ("$take", take ? 1 : 0)) != 1)
        {
            throw new LipSyncException(LipSyncError.OutputExists, $"'{output.Path}' exists already and is another job's file.");
        }
    });

    public LipSyncJob WriteSaved(string id, string path) => WriteUnflushed(c =>
    {
        c.Run("UPDATE outputs SET saved_at = $now WHERE path = $path", ("$path", path), ("$now", Now));

        // The file of a second payment saves that one, not the job.
        c.Run("""
            UPDATE jobs SET state = 'Saved', changed_at = $now WHERE id = $id AND state IN ('Completed', 'Saved')
                AND (SELECT request_id FROM attempts WHERE job_id = $id AND number = jobs.attempt) = (SELECT request_id FROM outputs WHERE path = $path)
            """, ("$id", id), ("$path", path), ("$now", Now));
        return Load(c, id)! with { OutputPath = path };
    });

    public IReadOnlyList<Output> OutputsOf(string id) => Read(c => Outputs(c, "job_id = $key", id));

    public Output? OutputAt(string path) => Read(c => Outputs(c, "path = $key", path).FirstOrDefault());

    /// <summary>Whether any run ever wrote a file here: then it is no clip to be synced again by accident.</summary>
    /// <remarks>Read once: it is asked for every clip, and by the names as the system compares them, which SQLite cannot.</remarks>
    public bool IsOutput(string path) => outputPaths.Value.Contains(path);

    /// <summary>Whether a content is one that we wrote, wherever it lies by now.</summary>
    public bool IsOutputContent(string sha256) => Read(c => c.Scalar<long>(
        "SELECT EXISTS (SELECT 1 FROM outputs WHERE sha256 = $sha AND saved_at IS NOT NULL)", ("$sha", sha256)) == 1);

    private HashSet<string> ReadOutputPaths() => Read(c =>
    {
        using var command = c.Prepare("SELECT path FROM outputs");
        using var row = command.ExecuteReader();
        var paths = new HashSet<string>(PathNames.Comparer);
        while (row.Read())
        {
            paths.Add(row.GetString(0));
        }

        return paths;
    });

    public string? CachedHash(string path, long bytes, DateTime changed) => Read(c => c.Scalar<string>(
        "SELECT sha256 FROM hashes WHERE path = $path AND bytes = $bytes AND changed_at = $changed",
        ("$path", path), ("$bytes", bytes), ("$changed", changed.Ticks)));

    /// <summary>The same for a file that goes up in parts, with their hashes.</summary>
    public FalDigest? CachedDigest(string path, long bytes, DateTime changed) => Read(c =>
    {
        using var command = c.Prepare(
            "SELECT sha256, parts FROM hashes WHERE path = $path AND bytes = $bytes AND changed_at = $changed AND parts IS NOT NULL",
            ("$path", path), ("$bytes", bytes), ("$changed", changed.Ticks));
        using var row = command.ExecuteReader();
        return row.Read() ? new FalDigest(row.GetString(0), row.GetString(1).Split(' ')) : null;
    });

    public void CacheHash(string path, long bytes, DateTime changed, string sha256, IReadOnlyList<string>? parts = null) => WriteUnflushed(c => c.Run(
        "INSERT OR REPLACE INTO hashes (path, bytes, changed_at, sha256, parts) VALUES ($path, $bytes, $changed, $sha, $parts)",
        ("$path", path), ("$bytes", bytes), ("$changed", changed.Ticks), ("$sha", sha256), ("$parts", parts is { Count: > 0 } ? string.Join(' ', parts) : null)));

    /// <summary>A hash that proved wrong: the file changed without showing it.</summary>
    public void ForgetHash(string path) => WriteUnflushed(c => c.Run("DELETE FROM hashes WHERE path = $path", ("$path", path)));

    /// <summary>A URL under which these bytes lie at fal, as this type, for long enough.</summary>
    public string? LivingUpload(string service, string account, string sha256, string contentType, DateTimeOffset neededUntil) =>
        Read(c => c.Scalar<string>("""
            SELECT url FROM uploads WHERE service = $service AND account = $account AND sha256 = $sha AND content_type = $type AND expires_at > $until
            ORDER BY expires_at DESC LIMIT 1
            """,
            ("$service", service), ("$account", account), ("$sha", sha256), ("$type", contentType), ("$until", neededUntil.Milliseconds())));

    public void WriteUpload(string service, string account, string sha256, string contentType, string fileName, string url, long bytes, DateTimeOffset expires) =>
        WriteUnflushed(c => c.Run("""
            INSERT OR REPLACE INTO uploads (service, account, sha256, content_type, file_name, url, bytes, expires_at)
            VALUES ($service, $account, $sha, $type, $name, $url, $bytes, $expires)
            """,
            ("$service", service), ("$account", account), ("$sha", sha256), ("$type", contentType), ("$name", fileName), ("$url", url), ("$bytes", bytes),
            ("$expires", expires.Milliseconds())));

    /// <summary>Forgets where a content lies, after fal could not fetch it there.</summary>
    public void ForgetUpload(string url) => WriteUnflushed(c => c.Run("DELETE FROM uploads WHERE url = $url", ("$url", url)));
}
