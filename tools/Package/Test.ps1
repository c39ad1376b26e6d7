<#
.SYNOPSIS
    Tests a package as its users get it: published into a repository of its own, installed from there, and run through all of Pester.
.DESCRIPTION
    The repository is a folder, registered for as long as this takes; the user's own repositories and modules stay as they are. What passed
    is written down beside the package with its hash: only that very file is published.
.PARAMETER ResultFolder
    A folder that takes the sums of the tests (pester.json) and the names of those that passed (pester.passed).
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Package,
    [string] $ResultFolder
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true

$Package = (Get-Item $Package).FullName
$record = "$Package.tested.json"
if (Test-Path $record) { Remove-Item $record }
$hash = (Get-FileHash $Package -Algorithm SHA256).Hash
$name = "KlingLipSync-$([guid]::NewGuid().ToString('N'))"
$place = (New-Item (Join-Path ([IO.Path]::GetTempPath()) $name) -ItemType Directory).FullName
$repository = (New-Item (Join-Path $place repository) -ItemType Directory).FullName
$modules = (New-Item (Join-Path $place modules) -ItemType Directory).FullName
$results = $ResultFolder ? (New-Item $ResultFolder -ItemType Directory -Force).FullName : $place
$sums = Join-Path $results 'pester.json'
Register-PSResourceRepository -Name $name -Uri $repository -Trusted
try {
    if ((Get-Command Publish-PSResource).Parameters.ContainsKey('NupkgPath')) {
        Publish-PSResource -NupkgPath $Package -Repository $name
    }
    else {
        # PowerShell 7.4 publishes folders alone; a repository of this kind is a folder of packages.
        Copy-Item $Package $repository
    }

    Save-PSResource KlingLipSync -Repository $name -Path $modules -TrustRepository
    $manifest = (Get-ChildItem $modules -Filter KlingLipSync.psd1 -Recurse).FullName

    # A process of its own: a module that was imported here earlier must not stand in for the one installed.
    & ([Environment]::ProcessPath) -NoLogo -NoProfile -NonInteractive -File (Join-Path $PSScriptRoot '../../tests/Pester/Run.ps1') `
        -Module $manifest -Package $Package -ResultPath $sums
    [ordered]@{
        sha256     = $hash.ToLowerInvariant()
        powershell = "$($PSVersionTable.PSVersion)"
        system     = [Runtime.InteropServices.RuntimeInformation]::RuntimeIdentifier
        tests      = Get-Content $sums -Raw | ConvertFrom-Json
    } | ConvertTo-Json | Set-Content $record
}
finally {
    Unregister-PSResourceRepository -Name $name
    Remove-Item $place -Recurse -Force
}
