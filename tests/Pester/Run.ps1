<#
.SYNOPSIS
    Runs the Pester tests against a module: the one in out/KlingLipSync, or one that was installed from a package.
.PARAMETER Module
    The manifest of the module.
.PARAMETER Package
    The package that the module was installed from. Its own tests (Package.Tests.ps1) run only where there is one.
.PARAMETER ResultPath
    A file that takes the sums as one line of JSON. Beside it, with the endings .passed and .skipped, go the names of the tests
    that passed and that were skipped, one a line.
#>
[CmdletBinding()]
param(
    [string] $Module = (Join-Path $PSScriptRoot '../../out/KlingLipSync/KlingLipSync.psd1'),
    [string] $Package,
    [string] $ResultPath
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module Pester -MinimumVersion 5.7

$env:KLINGLIPSYNC_MODULE = (Get-Item $Module).FullName
$env:KLINGLIPSYNC_PACKAGE = $Package
$configuration = New-PesterConfiguration
$configuration.Run.Path = $PSScriptRoot
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Normal'
if (-not $Package) {
    $configuration.Run.ExcludePath = Join-Path $PSScriptRoot 'Package.Tests.ps1'
}

$run = Invoke-Pester -Configuration $configuration
$broken = $run.FailedContainersCount + $run.FailedBlocksCount
if ($ResultPath) {
    [ordered]@{ passed = $run.PassedCount; failed = $run.FailedCount + $broken; skipped = $run.SkippedCount + $run.NotRunCount } |
        ConvertTo-Json -Compress | Set-Content $ResultPath
    foreach ($outcome in 'Passed', 'Skipped') {
        $run.$outcome | ForEach-Object { $_.Path -join '.' } | Sort-Object -Unique |
            Set-Content ([IO.Path]::ChangeExtension($ResultPath, $outcome.ToLowerInvariant()))
    }
}

exit [int]($run.FailedCount + $broken -gt 0)
