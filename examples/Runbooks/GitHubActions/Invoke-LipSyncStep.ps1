#Requires -Version 7.4
<#
.SYNOPSIS
    One step of the workflow: sends the clips, or collects the results. Fails the step for what somebody has to look at.

.PARAMETER Step
    Send sends what is new and waits for nothing; Collect waits for it, saves it, and pays nothing.
.PARAMETER Path
    The folder of clips.
.PARAMETER Core
    What is given to Invoke-LipSyncFolder.ps1 as well. It wins over what this script gives, such as Timeout. Places and steps are this
    script's own: Path, Destination, SummaryPath, NoWait, CollectOnly and RequireStore are refused.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory, Position = 0)]
    [ValidateSet('Send', 'Collect')]
    [string] $Step,

    [string] $Path = 'clips',
    [hashtable] $Core = @{ Budget = 20 }
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$taken = @('Path', 'Destination', 'SummaryPath', 'NoWait', 'CollectOnly', 'RequireStore' | Where-Object { $Core.ContainsKey($_) })
if ($taken) {
    throw "-Core cannot have $($taken -join ', '): this script says that itself. Nothing was sent."
}

$call = $Step -eq 'Send' ? @{ Path = $Path; NoWait = $true } : @{ CollectOnly = $true; RequireStore = $true; Timeout = '01:30:00' }
foreach ($name in $Core.Keys) { $call[$name] = $Core[$name] }
$json = & (Join-Path $PSScriptRoot '../Invoke-LipSyncFolder.ps1') @call -Destination .lipsync/out -SummaryPath ".lipsync/$Step.json".ToLowerInvariant()
$code = $LASTEXITCODE
$json

if ($env:GITHUB_STEP_SUMMARY) {
    $summary = $json | ConvertFrom-Json
    @(
        "### ${Step}: $($summary.outcome)"
        ''
        "$($summary.saved) saved, $($summary.alreadySaved) saved before, $($summary.failed) failed, $($summary.refused) refused, $($summary.pending) pending, $($summary.spentUsd) USD"
        ''
        $summary.errors | ForEach-Object { "- ``$($_.id)``: $($_.message) $($_.action)" }
    ) | Add-Content -LiteralPath $env:GITHUB_STEP_SUMMARY
}

# Nothing to do, and jobs that the next step or run collects, are no failures.
exit ($code -in 3, 6 ? 0 : $code)
