<#
.SYNOPSIS
    Makes the package of a complete layout: the files' hashes in its bill of materials, the .nupkg, its checksum; says what it weighs.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Layout,
    [Parameter(Mandatory)] [string] $Package
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

if (-not (Get-Command Compress-PSResource -ErrorAction Ignore)) {
    throw 'A package is made by Compress-PSResource, which came with PowerShell 7.5.'
}

& (Join-Path $PSScriptRoot 'Hashes.ps1') -Layout $Layout
Remove-Item "$Package*"
Compress-PSResource -Path $Layout -DestinationPath (Split-Path $Package)

# The form that sha256sum -c reads.
"$((Get-FileHash $Package -Algorithm SHA256).Hash.ToLowerInvariant())  $(Split-Path $Package -Leaf)" | Set-Content "$Package.sha256"
& (Join-Path $PSScriptRoot 'Size.ps1') -Package $Package
