using Microsoft.Data.Sqlite;

namespace KlingLipSync.Jobs.Store;

/// <summary>A command with its values, to be executed once. Its readers are disposed before it is.</summary>
internal sealed class Statement : IDisposable
{
    private readonly SqliteCommand command;
    private readonly StoreConnection? home;
    private bool isSound;

    public Statement(SqliteConnection connection, string text, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        home = connection as StoreConnection;
        command = home?.Take(text) ?? connection.CreateCommand();
        command.CommandText = text;
        if (command.Parameters.Count == parameters.Length)
        {
            for (var n = 0; n < parameters.Length; n++)
            {
                command.Parameters[n].Value = parameters[n].Value ?? DBNull.Value;
            }
        }
        else
        {
            foreach (var (name, value) in parameters)
            {
                command.Parameters.AddWithValue(name, value ?? DBNull.Value);
            }
        }
    }

    public SqliteDataReader ExecuteReader() => Watched(command.ExecuteReader);

    public int ExecuteNonQuery() => Watched(command.ExecuteNonQuery);

    public object? ExecuteScalar() => Watched(command.ExecuteScalar);

    public void Dispose()
    {
        if (isSound && home is not null)
        {
            home.GiveBack(command);
        }
        else
        {
            command.Dispose();
        }
    }

    private T Watched<T>(Func<T> execute)
    {
        var result = execute();
        isSound = true;
        return result;
    }
}
