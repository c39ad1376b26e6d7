<#
.SYNOPSIS
    Runs the Pester tests against out/KlingLipSync.
.PARAMETER ResultPath
    A file that takes the sums as one line of JSON. Beside it, with the ending .passed, go the names of the tests that passed, one a line.
#>
[CmdletBinding()]
param([string] $ResultPath)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module Pester -MinimumVersion 5.7

$configuration = New-PesterConfiguration
$configuration.Run.Path = $PSScriptRoot
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Normal'
$run = Invoke-Pester -Configuration $configuration
$broken = $run.FailedContainersCount + $run.FailedBlocksCount
if ($ResultPath) {
    [ordered]@{ passed = $run.PassedCount; failed = $run.FailedCount + $broken; skipped = $run.SkippedCount + $run.NotRunCount } |
        ConvertTo-Json -Compress | Set-Content $ResultPath
    $run.Passed | ForEach-Object { $_.Path -join '.' } | Sort-Object -Unique | Set-Content ([IO.Path]::ChangeExtension($ResultPath, '.passed'))
}

exit [int]($run.FailedCount + $broken -gt 0)
