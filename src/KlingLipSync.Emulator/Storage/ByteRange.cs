using Microsoft.Net.Http.Headers;

namespace KlingLipSync.Emulator.Storage;

/// <summary>What part of a file a request asks for.</summary>
internal readonly record struct ByteRange(long Start, long Count)
{
    /// <summary>Null for the whole file; a count of 0 for a range outside it. Several ranges at once are answered with the whole.</summary>
    public static ByteRange? Read(HttpRequest request, StoredFile file)
    {
        if (!RangeHeaderValue.TryParse(request.Headers.Range.ToString(), out var header) || header.Unit != "bytes" || header.Ranges.Count != 1)
            return null;
        if (!StillTheSame(request, file))
            return null;
        var range = header.Ranges.Single();
        if (range.From is not { } from)
        {
            var suffix = Math.Min(range.To.GetValueOrDefault(), file.Length);
            return new ByteRange(file.Length - suffix, suffix);
        }

        if (from >= file.Length)
            return new ByteRange(0, 0);
        return new ByteRange(from, Math.Min(range.To ?? long.MaxValue, file.Length - 1) - from + 1);
    }

    /// <summary>If-Range: with another validator the whole file is sent.</summary>
    private static bool StillTheSame(HttpRequest request, StoredFile file)
    {
        string? condition = request.Headers.IfRange;
        if (string.IsNullOrEmpty(condition))
            return true;
        if (condition.Contains('"'))
            return condition == file.ETag;
        return DateTimeOffset.TryParse(condition, out var date) && date.ToUnixTimeSeconds() >= file.CreatedAt.ToUnixTimeSeconds();
    }
}
