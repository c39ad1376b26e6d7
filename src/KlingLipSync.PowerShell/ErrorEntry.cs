using System.Management.Automation;

namespace KlingLipSync.Commands;

/// <summary>What the catalogue says of one error id, to users in the help and in each record.</summary>
/// <param name="Category">The kind of failure, for handlers that know no ids.</param>
/// <param name="Target">What the record's TargetObject is, in words.</param>
/// <param name="Action">What to do next.</param>
internal sealed record ErrorEntry(ErrorCategory Category, string Target, string Action);
