using System.Security.Cryptography;

namespace KlingLipSync.Jobs;

/// <summary>Ids of jobs and runs: 16 letters and digits, the first ten tell the time, so that they sort by age.</summary>
internal static class JobId
{
    // Crockford's base 32, in small letters: no i, l, o, u to be misread.
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    public static string New(TimeProvider time)
    {
        Span<char> id = stackalloc char[16];
        var milliseconds = time.GetUtcNow().ToUnixTimeMilliseconds();
        for (var i = 9; i >= 0; i--, milliseconds >>= 5)
        {
            id[i] = Alphabet[(int)(milliseconds & 31)];
        }

        for (var i = 10; i < id.Length; i++)
        {
            id[i] = Alphabet[RandomNumberGenerator.GetInt32(32)];
        }

        return new string(id);
    }
}
