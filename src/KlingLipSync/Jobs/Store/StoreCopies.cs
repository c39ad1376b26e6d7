using System.Globalization;
using KlingLipSync.Media;
using Microsoft.Data.Sqlite;

namespace KlingLipSync.Jobs.Store;

/// <summary>
/// Copies of the store beside it, one a day (UTC), the newest seven: what is left when the disk damages the store itself. The day's
/// copy is renewed by runs that paid, so that little of what was paid is missing in it.
/// A copy says in itself that it is one, so that whoever spends over it is told what it cannot know.
/// </summary>
internal static class StoreCopies
{
    public const string FolderName = "copies";
    private const string Mark = "copied_at";
    private const int Kept = 7;

    /// <summary>The newest copy; null when there is none.</summary>
    public static string? Newest(string storeFolder)
    {
        try
        {
            return All(storeFolder).FirstOrDefault();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The line of PowerShell that puts a copy in a store's place, and keeps what was there.</summary>
    public static string Restoring(string storePath, string copy)
    {
        // The copy is brought first: without one in hand the damaged store stays where it is, and nothing may be made in its place.
        var folder = PowerShellText.Quote(Path.GetDirectoryName(storePath)!);
        return $"& {{ $ErrorActionPreference = 'Stop'; Push-Location -LiteralPath {folder}; try {{ Copy-Item -LiteralPath {PowerShellText.Quote(copy)} restored.db; "
            + $"$damaged = New-Item -ItemType Directory \"damaged-$(Get-Date -Format yyyyMMddHHmmss)\"; Move-Item {StoreFile.Name}* -Destination $damaged.Name; "
            + $"Move-Item restored.db {StoreFile.Name} }} finally {{ Pop-Location }} }}";
    }

    /// <summary>Makes today's copy, unless it is there.</summary>
    /// <param name="connection">The store.</param>
    /// <param name="storeFolder">Its folder.</param>
    /// <param name="time">The clock.</param>
    /// <param name="renewAfter">How old a copy of today may be that is to stay; null for any age.</param>
    /// <returns>Whether one was made.</returns>
    /// <exception cref="IOException">There is no room, or no right to write.</exception>
    /// <exception cref="SqliteException">The same, as SQLite says it.</exception>
    public static bool MakeTodays(SqliteConnection connection, string storeFolder, TimeProvider time, TimeSpan? renewAfter = null)
    {
        var now = time.GetUtcNow();
        var path = Path.Combine(storeFolder, FolderName, NameOf(now));
        if (File.Exists(path) && (renewAfter is null || (now - File.GetLastWriteTimeUtc(path)).Duration() < renewAfter))
        {
            return false;
        }

        PrivateFiles.MakeFolder(Path.GetDirectoryName(path)!);
        var partial = $"{path}.{Environment.ProcessId}.{Guid.NewGuid():N}.partial";
        try
        {
            PrivateFiles.MakeFile(partial);
            connection.Run("VACUUM INTO $path", ("$path", partial));
            MarkAsCopy(partial, now);
            File.Move(partial, path, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }

        // And what a killed process left of its own.
        var left = Directory.GetFiles(Path.GetDirectoryName(path)!, "*.partial").Where(f => File.GetLastWriteTimeUtc(f) < now.UtcDateTime.AddDays(-1));
        foreach (var old in All(storeFolder).Skip(Kept).Concat(left))
        {
            File.Delete(old);
        }

        return true;
    }

    /// <summary>When the store was copied that this one was restored from; null when it is no copy.</summary>
    public static DateTimeOffset? MadeAt(SqliteConnection connection) =>
        DateTimeOffset.TryParse(connection.Scalar<string>("SELECT value FROM store WHERE key = $mark", ("$mark", Mark)),
            CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;

    /// <summary>From here on it is a store like any other.</summary>
    public static void Unmark(SqliteConnection connection) => connection.Run("DELETE FROM store WHERE key = $mark", ("$mark", Mark));

    private static string NameOf(DateTimeOffset day) => $"store-{day.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}.db";

    private static IEnumerable<string> All(string storeFolder)
    {
        var folder = Path.Combine(storeFolder, FolderName);

        // By name, which is the date. One of a day to come was made before the clock was set right, and knows less than its name says.
        var today = NameOf(DateTimeOffset.UtcNow);
        return Directory.Exists(folder)
            ? Directory.GetFiles(folder, "store-*.db").OrderBy(f => string.CompareOrdinal(Path.GetFileName(f), today) > 0).ThenByDescending(f => f, StringComparer.Ordinal)
            : [];
    }

    private static void MarkAsCopy(string path, DateTimeOffset now)
    {
        using var copy = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        copy.Open();
        copy.Run("PRAGMA synchronous = FULL");
        copy.Run("INSERT OR REPLACE INTO store (key, value) VALUES ($mark, $now)", ("$mark", Mark), ("$now", now.ToString("O", CultureInfo.InvariantCulture)));
    }
}
