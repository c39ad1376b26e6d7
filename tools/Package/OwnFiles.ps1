<#
.SYNOPSIS
    The files of a laid-out module that this project made, and signs.
.DESCRIPTION
    The manifest, the display files, the own assemblies, and the third parties' that were compiled to native code here, whose makers'
    signatures that took away.
#>
[CmdletBinding()]
param([Parameter(Mandatory)] [string] $Layout)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$libraries = Join-Path $Layout 'deps'
Get-ChildItem $Layout -File | Where-Object Extension -In '.psd1', '.ps1xml', '.dll'
Get-ChildItem $libraries -File -Filter 'KlingLipSync*.dll'
Get-ChildItem $libraries -Directory | Where-Object Name -NE runtimes | Get-ChildItem -File -Filter *.dll
