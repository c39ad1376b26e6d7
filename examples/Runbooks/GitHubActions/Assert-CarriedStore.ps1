#Requires -Version 7.4
<#
.SYNOPSIS
    Lets a workflow go on only with the store that the last run handed in.

.DESCRIPTION
    A cache may be cleared, and a runner may die before it hands its store in. A run with no store, or with an older one, would
    pay again for what it does not know. So both are refused, until somebody who has looked at fal.ai/dashboard/requests says go on:
    after-loss goes on with the store there is, if any.

.PARAMETER Begun
    The key of the last mark, lipsync-begun-<run>-<attempt>; empty if there is none.
.PARAMETER Store
    The key of the last store, lipsync-store-<run>-<attempt>-<step>; empty if there is none.
.PARAMETER Start
    carried, first or after-loss, as the workflow was started.
#>
[CmdletBinding()]
param(
    [AllowEmptyString()] [string] $Begun,
    [AllowEmptyString()] [string] $Store,

    [ValidateSet('carried', 'first', 'after-loss')]
    [string] $Start = 'carried'
)

Set-StrictMode -Version Latest
$begunBy = $Begun -replace '^lipsync-begun-'
$storeOf = $Store -replace '^lipsync-store-' -replace '-\d+$'

$look = "Look at fal.ai/dashboard/requests for what ran, leave those clips out, and start by hand with 'after-loss'."
$trouble = switch ($Start) {
    'first' {
        if ($Store) { "There is a store already ($Store); an empty one in its place would pay again. Start with 'carried'." }
        elseif ($Begun) { "Run $begunBy began and left no store. $look" }
    }
    'carried' {
        if (-not $Store -and -not $Begun) { "There is no store. If this is the first run, start by hand with 'first'. If not, the cache was cleared, and everything would be paid for again. $look" }
        elseif ($begunBy -ne $storeOf) { "Run $begunBy began and did not hand in its store; the newest is that of run $storeOf. What was paid since is not in it and would be paid again. $look" }
    }
}

if ($trouble) {
    # A line that GitHub shows as the step's error.
    "::error::$trouble Nothing was sent."
    exit 5
}

exit 0
