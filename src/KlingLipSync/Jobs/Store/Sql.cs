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

    /// <param name="connection">The connection.</param>
    /// <param name="text">The SQL; the same text always has the same parameters in the same order.</param>
    /// <param name="parameters">Their values.</param>
    public static Statement Prepare(this SqliteConnection connection, string text, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        new(connection, text, parameters);

    public static long Milliseconds(this DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    public static string? Text(this SqliteDataReader reader, string column) =>
        reader.GetOrdinal(column) is var i && reader.IsDBNull(i) ? null : reader.GetString(i);
}
