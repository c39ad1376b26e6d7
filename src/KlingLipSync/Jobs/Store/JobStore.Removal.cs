using Microsoft.Data.Sqlite;

namespace KlingLipSync.Jobs.Store;

/// <content>Forgetting, without paying again for what is forgotten.</content>
internal sealed partial class JobStore
{
    /// <summary>
    /// Forgets a job: its paths, URLs, result and files' records. What stays is the tombstone, so that nobody pays for the pair
    /// again by accident: the pair's hash, the request ids, the amounts, which the budgets go on counting, and the saved files' hashes.
    /// </summary>
    /// <param name="id">The job.</param>
    /// <param name="evenUnsaved">Whether a paid result that is not on the disk may be forgotten, too.</param>
    /// <param name="payloadsDeleted">Whether fal has deleted its payloads, so that the result is gone for good.</param>
    /// <returns>False when a run works on it, or it has not ended.</returns>
    public bool Remove(string id, bool evenUnsaved, bool payloadsDeleted) => Write(c =>
    {
        if ((OwnerOf(c, id) is { } owner && IsHeldBy(owner)) || c.Scalar<long>("""
            SELECT count(*) FROM jobs
            WHERE id = $id AND (state IN ('Saved', 'Failed', 'Cancelled', 'Lost', 'Preparing', 'Uploading') OR ($unsaved AND state = 'Completed'))
            """, ("$id", id), ("$unsaved", evenUnsaved ? 1 : 0)) == 0)
        {
            return false;
        }

        ForgetFiles(c, id);
        c.Run("""
            UPDATE jobs SET removed_at = $now, owner = NULL, reserved_micro_usd = 0, tag = NULL, input_key = NULL,
                video_path = NULL, video_url = NULL, audio_path = NULL, audio_url = NULL, error_message = NULL
            WHERE id = $id
            """, ("$id", id), ("$now", Now));
        c.Run("""
            UPDATE attempts SET result_json = NULL, result_url = NULL, error_message = NULL, why = NULL WHERE job_id = $id
            """, ("$id", id));

        // What was proven absent is looked for a while longer, and is known by its URLs alone.
        c.Run("""
            UPDATE attempts SET video_url = '', audio_url = '' WHERE job_id = $id AND NOT (state = 'Absent' AND coalesce(absent_at, 0) > $since)
            """, ("$id", id), ("$since", (time.GetUtcNow() - LateFinds).Milliseconds()));
        if (payloadsDeleted)
        {
            c.Run("""
                UPDATE jobs SET state = 'Lost', error_type = 'PayloadsDeleted', error_message = $why WHERE id = $id AND state IN ('Saved', 'Completed')
                """, ("$id", id), ("$why", $"Its payloads were deleted at fal on {time.GetUtcNow():yyyy-MM-dd}, with its record here."));
        }

        return true;
    });

    /// <summary>The names and places of a job's files, while its row still tells them. A file that others share is hashed and uploaded once more for them.</summary>
    private static void ForgetFiles(SqliteConnection c, string id)
    {
        const string inputs = "(SELECT video_path FROM jobs WHERE id = $id UNION SELECT audio_path FROM jobs WHERE id = $id)";
        c.Run($"""
            DELETE FROM uploads WHERE sha256 IN (SELECT sha256 FROM hashes WHERE path IN {inputs})
                OR url IN (SELECT video_url FROM attempts WHERE job_id = $id UNION SELECT audio_url FROM attempts WHERE job_id = $id)
            """, ("$id", id));
        c.Run($"DELETE FROM hashes WHERE path IN {inputs} OR path IN (SELECT path FROM outputs WHERE job_id = $id)", ("$id", id));

        // What we saved is still no clip to be paid for: its content tells it, wherever it lies and under whatever name.
        c.Run("DELETE FROM outputs WHERE job_id = $id AND saved_at IS NULL", ("$id", id));
        c.Run("UPDATE OR REPLACE outputs SET path = 'removed/' || sha256, request_id = '' WHERE job_id = $id", ("$id", id));
    }

    /// <summary>The request ids of a job that fal may hold payloads of.</summary>
    public IReadOnlyList<string> RequestsOf(string id) => Read(c =>
        Pairs(c, "SELECT request_id, job_id FROM attempts WHERE job_id = $id AND request_id IS NOT NULL ORDER BY number", ("$id", id)).ConvertAll(p => p.Item1));

    /// <summary>A removed pair that is asked for again: what was paid is asked for at fal, by the request id that the tombstone kept.</summary>
    private static void Revive(SqliteConnection c, string id, JobFacts facts)
    {
        if (c.Run("""
            UPDATE jobs SET removed_at = NULL, state = CASE WHEN state IN ('Saved', 'Completed') THEN 'Queued' ELSE state END,
                video_path = $videoPath, video_url = $videoUrl, audio_path = $audioPath, audio_url = $audioUrl, tag = $tag, input_key = $key
            WHERE id = $id AND removed_at IS NOT NULL
            """,
            ("$id", id), ("$videoPath", facts.VideoPath), ("$videoUrl", facts.VideoUrl), ("$audioPath", facts.AudioPath),
            ("$audioUrl", facts.AudioUrl), ("$tag", facts.Tag), ("$key", facts.Key)) == 1)
        {
            c.Run("""
                UPDATE attempts SET state = 'Accepted', end_state = NULL
                WHERE job_id = $id AND number = (SELECT attempt FROM jobs WHERE id = $id AND state = 'Queued') AND state = 'Ended'
                """, ("$id", id));
        }
    }
}
