namespace KlingLipSync.Fal;

/// <summary>A large file on its way up: its target, and which parts have arrived there. What breaks in the middle goes on from them.</summary>
internal sealed class FalPartedUpload(FalUploadTarget target, long length, FalDigest digest)
{
    private readonly FalPartTag?[] tags = new FalPartTag?[digest.Parts.Count];

    public FalUploadTarget Target => target;

    /// <summary>Every part's tag, in order.</summary>
    public IReadOnlyList<FalPartTag> Tags => [.. tags.Select(tag => tag!)];

    /// <summary>The numbers of the parts that are not there yet.</summary>
    public IEnumerable<int> Missing => Enumerable.Range(1, tags.Length).Where(number => tags[number - 1] is null);

    /// <summary>How many bytes are there.</summary>
    public long Arrived => tags.Where(tag => tag is not null).Sum(tag => LengthOf(tag!.PartNumber));

    public static long OffsetOf(int number) => (long)(number - 1) * FalStorage.PartSize;

    public long LengthOf(int number) => Math.Min(FalStorage.PartSize, length - OffsetOf(number));

    /// <summary>The lower-case hex SHA-256 that a part has to have.</summary>
    public string Sha256Of(int number) => digest.Parts[number - 1];

    public void Keep(FalPartTag tag) => tags[tag.PartNumber - 1] = tag;
}
