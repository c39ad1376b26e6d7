using Microsoft.Data.Sqlite;

namespace KlingLipSync.Jobs.Store;

/// <summary>A connection that keeps its commands prepared: to read the same SQL anew for each job cost more than to run it.</summary>
/// <remarks>Used by one thread at a time, as every connection.</remarks>
/// <param name="connectionString">As usual.</param>
internal sealed class StoreConnection(string connectionString) : SqliteConnection(connectionString)
{
    private readonly Dictionary<string, SqliteCommand> idle = [];

    /// <summary>A command of that text that nobody uses now, its parameters those of its last use.</summary>
    public SqliteCommand Take(string text)
    {
        if (!idle.Remove(text, out var command))
        {
            command = CreateCommand();
            command.CommandText = text;
        }

        command.Transaction = Transaction;
        return command;
    }

    /// <summary>Gives a command back.</summary>
    public void GiveBack(SqliteCommand command)
    {
        command.Transaction = null;
        if (!idle.TryAdd(command.CommandText, command))
        {
            // The same SQL was run inside itself.
            command.Dispose();
        }
    }
}
