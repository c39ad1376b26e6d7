namespace KlingLipSync.Bench.SideBySide;

/// <summary>Contenders one after the other, round after round, so that whatever else the machine does falls on all alike.</summary>
internal static class Turns
{
    /// <summary>Takes the turns. Who begins changes from round to round.</summary>
    /// <typeparam name="T">What one turn gives.</typeparam>
    /// <param name="rounds">How many rounds.</param>
    /// <param name="contenders">Each with its turn.</param>
    /// <returns>What each gave, by name, in the order given.</returns>
    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<T>>> TakeAsync<T>(int rounds, IReadOnlyList<(string Name, Func<Task<T>> Turn)> contenders)
    {
        var given = contenders.Select(_ => new List<T>()).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < contenders.Count; i++)
            {
                var who = (round + i) % contenders.Count;
                given[who].Add(await contenders[who].Turn());
                Console.Error.Write('.');
            }
        }

        Console.Error.WriteLine();
        return contenders.Select((c, i) => (c.Name, Samples: (IReadOnlyList<T>)given[i])).ToDictionary(c => c.Name, c => c.Samples);
    }
}
