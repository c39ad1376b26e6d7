using System.Data.Common;
using System.Runtime.Loader;

namespace KlingLipSync.Tests.Commands.Session;

/// <summary>What lies in a store's database: every cell of every table, as whoever finds the file can read it.</summary>
internal static class StoreReading
{
    /// <summary>All cells that hold anything, as text, each with its table and column before it.</summary>
    public static IReadOnlyList<string> Cells(string folder)
    {
        using var connection = Open(Path.Combine(folder, "store.db"));
        Texts(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        return [.. Texts(connection, "SELECT name FROM sqlite_schema WHERE type = 'table'")
            .SelectMany(table => Texts(connection, $"SELECT * FROM {table.Split('=')[1]}").Select(cell => $"{table.Split('=')[1]}.{cell}"))];
    }

    /// <summary>Changes the database behind the module's back.</summary>
    public static void Change(string folder, string sql)
    {
        using var connection = Open(Path.Combine(folder, "store.db"));
        Texts(connection, sql);
    }

    private static DbConnection Open(string path)
    {
        // The module's own SQLite: with a second one in this process each would drop the other's locks.
        var module = AssemblyLoadContext.All.Single(c => c.Name == "KlingLipSync");
        var type = module.LoadFromAssemblyName(new("Microsoft.Data.Sqlite")).GetType("Microsoft.Data.Sqlite.SqliteConnection", throwOnError: true)!;
        var connection = (DbConnection)Activator.CreateInstance(type, $"Data Source={path};Pooling=False")!;
        connection.Open();
        return connection;
    }

    private static List<string> Texts(DbConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var row = command.ExecuteReader();
        var texts = new List<string>();
        while (row.Read())
        {
            texts.AddRange(Enumerable.Range(0, row.FieldCount).Where(i => !row.IsDBNull(i)).Select(i => $"{row.GetName(i)}={row.GetValue(i)}"));
        }

        return texts;
    }
}
