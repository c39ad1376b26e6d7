using System.Globalization;
using Microsoft.Data.Sqlite;

namespace KlingLipSync.Jobs.Store;

/// <summary>One-line commands over a connection, with named parameters.</summary>
internal static class Sql
{
    public static int Run(this SqliteConnection connection, string text, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = connection.Prepare(text, parameters);
        return command.ExecuteNonQuery();
    }

    public static T? Scalar<T>(this SqliteConnection connection, string text, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = connection.Prepare(text, parameters);
        return command.ExecuteScalar() is { } value and not DBNull ? (T)Convert.ChangeType(value, Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T), CultureInfo.InvariantCulture) : default;
    }

    public static SqliteCommand Prepare(this SqliteConnection connection, string text, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = text;
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        }

        return command;
    }

    public static long Milliseconds(this DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    public static string? Text(this SqliteDataReader reader, string column) =>
        reader.GetOrdinal(column) is var i && reader.IsDBNull(i) ? null : reader.GetString(i);
}
