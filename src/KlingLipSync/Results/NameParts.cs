namespace KlingLipSync.Results;

/// <summary>What a name template can be filled with.</summary>
/// <param name="Name">The clip's base name.</param>
/// <param name="AudioName">The sound's base name.</param>
/// <param name="Id">Our own id of the job.</param>
/// <param name="RequestId">fal's id of the job, once it has one.</param>
/// <param name="Date">The day, taken in UTC.</param>
internal sealed record NameParts(string Name, string? AudioName, string Id, string? RequestId, DateTimeOffset Date);
