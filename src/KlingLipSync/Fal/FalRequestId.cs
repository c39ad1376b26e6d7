namespace KlingLipSync.Fal;

/// <summary>What may stand for a request id in a path or a file name.</summary>
internal static class FalRequestId
{
    /// <summary>Whether a text is a request id: letters, digits, <c>_</c> and <c>-</c>, at most 128.</summary>
    public static bool IsValid(string? id)
    {
        if (id is null or { Length: 0 or > 128 })
            return false;
        foreach (var c in id)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-'))
                return false;
        }
        return true;
    }
}
