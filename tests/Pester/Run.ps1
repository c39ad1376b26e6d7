#Requires -Version 7.4

<#
.SYNOPSIS
    Runs the Pester tests over the module in out/KlingLipSync. `dotnet build` comes first.
.PARAMETER Path
    Some of the tests only: files or folders.
.PARAMETER ResultPath
    A file for the sums, as JSON: passed, failed, skipped.
#>
[CmdletBinding()]
param(
    [string[]] $Path = $PSScriptRoot,
    [string] $ResultPath
)

$ErrorActionPreference = 'Stop'
# Not by #Requires -Modules: with that line pwsh -File ends with 0, whatever the script gives to exit.
Import-Module Pester -MinimumVersion 5.7
$configuration = New-PesterConfiguration
$configuration.Run.Path = $Path
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Detailed'
if ($env:NO_COLOR) {
    $configuration.Output.RenderMode = 'Plaintext'
}

$result = Invoke-Pester -Configuration $configuration

# A file or a block that could not even start has no failed test of its own.
$failed = $result.FailedCount + $result.FailedBlocksCount + $result.FailedContainersCount
if ($ResultPath) {
    @{ passed = $result.PassedCount; failed = $failed; skipped = $result.SkippedCount + $result.NotRunCount } |
        ConvertTo-Json -Compress | Set-Content -LiteralPath $ResultPath
}

if ($failed -gt 0 -or $result.PassedCount -eq 0) {
    exit 1
}

exit 0
