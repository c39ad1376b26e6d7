<#
.SYNOPSIS
    Runs PSScriptAnalyzer over everything that is PowerShell here, tests and build included, and fails on a finding.
#>
[CmdletBinding()]
param()

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$root = [IO.Path]::GetFullPath((Join-Path $PSScriptRoot '../..'))
$built = '(^|/)(out|bin|obj|node_modules|\.git)/'
$own = Join-Path $root 'PSScriptAnalyzerSettings.psd1'
$left = (Import-PowerShellDataFile $own).ExcludeRules
# A manifest is checked where the files are that it names.
$manifest = 'out/KlingLipSync', 'out/package/KlingLipSync' | ForEach-Object { Join-Path $root $_ 'KlingLipSync.psd1' } | Where-Object { Test-Path $_ } | Select-Object -First 1
if (-not $manifest) {
    throw "The manifest is checked in the module that was built: run './build.ps1 Build' first."
}

$files = @(
    Get-Item $manifest
    Get-ChildItem $root -Recurse -File -Force -Include *.ps1, *.psm1, *.psd1, *.ps1xml |
        Where-Object { [IO.Path]::GetRelativePath($root, $_.FullName).Replace('\', '/') -notmatch $built -and $_.FullName -ne (Join-Path $root 'KlingLipSync.psd1') })

$findings = foreach ($file in $files) {
    # The analyzer reads scripts alone; of a display file those are its script blocks.
    $sources = $file.Extension -eq '.ps1xml' `
        ? @(([xml](Get-Content $file -Raw)).SelectNodes('//ScriptBlock | //GetScriptBlock | //Script') | ForEach-Object { @{ ScriptDefinition = $_.InnerText } }) `
        : @(@{ Path = $file.FullName })
    foreach ($source in $sources) {
        foreach ($settings in 'PSGallery', $own) {
            Invoke-ScriptAnalyzer @source -Settings $settings -ExcludeRule $left -Severity Error, Warning | Select-Object @{ n = 'File'; e = { $file.FullName } }, Line, RuleName, Severity, Message
        }
    }
}

$findings = @($findings | Sort-Object File, Line, RuleName, Message -Unique)
$findings | Format-Table -Wrap
if ($findings) {
    throw "PSScriptAnalyzer has $($findings.Count) findings."
}

"PSScriptAnalyzer has no findings in $($files.Count) files."
