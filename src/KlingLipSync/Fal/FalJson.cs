using System.Globalization;
using System.Text.Json;

namespace KlingLipSync.Fal;

/// <summary>Reads foreign JSON field by field, for any of it may be missing or of another kind.</summary>
internal static class FalJson
{
    /// <summary>A field of an object as text, if it is one.</summary>
    public static string? Text(JsonElement? json, string name) =>
        Field(json, name) is { ValueKind: JsonValueKind.String } field ? field.GetString() : null;

    /// <summary>A field as a finite number, also where it comes as text.</summary>
    public static double? Number(JsonElement? json, string name)
    {
        double value;
        switch (Field(json, name))
        {
            case { ValueKind: JsonValueKind.Number } field when field.TryGetDouble(out value):
                break;
            case { ValueKind: JsonValueKind.String } field when double.TryParse(field.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out value):
                break;
            default:
                return null;
        }
        return double.IsFinite(value) ? value : null;
    }

    /// <summary>A field as a whole number that is not negative.</summary>
    public static long? Count(JsonElement? json, string name) =>
        Number(json, name) is { } value and >= 0 and <= 9007199254740991d ? (long)value : null;

    /// <summary>A field of an object, if it is there and not null.</summary>
    public static JsonElement? Field(JsonElement? json, string name) =>
        json is { ValueKind: JsonValueKind.Object } o
        && o.TryGetProperty(name, out var field)
        && field.ValueKind != JsonValueKind.Null ? field : null;

    /// <summary>A field as a list; nothing where it is none.</summary>
    public static IEnumerable<JsonElement> List(JsonElement? json, string name) =>
        Field(json, name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];
}
