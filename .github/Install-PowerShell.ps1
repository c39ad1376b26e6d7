<#
.SYNOPSIS
    Puts exactly this version of PowerShell first on the path of the job's next steps, from its release's archive.
.DESCRIPTION
    Needs GitHub's own gh and a token in GH_TOKEN that may read public releases.
#>
[CmdletBinding()]
param([Parameter(Mandatory)] [version] $Version)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true

$architecture = "$([Runtime.InteropServices.RuntimeInformation]::OSArchitecture)".ToLowerInvariant()
$asset = $IsWindows ? "PowerShell-$Version-win-$architecture.zip" : "powershell-$Version-$($IsMacOS ? 'osx' : 'linux')-$architecture.tar.gz"
$folder = (New-Item (Join-Path $env:RUNNER_TEMP "powershell-$Version") -ItemType Directory).FullName
$archive = Join-Path $env:RUNNER_TEMP $asset
gh release download "v$Version" --repo PowerShell/PowerShell --pattern $asset --pattern hashes.sha256 --dir $env:RUNNER_TEMP

$hash = (Get-FileHash $archive -Algorithm SHA256).Hash
if (-not (Select-String -Path (Join-Path $env:RUNNER_TEMP hashes.sha256) -Pattern "$hash.*$([regex]::Escape($asset))" -Quiet)) {
    throw "$asset is not the file that its release lists."
}

if ($IsWindows) {
    Expand-Archive $archive $folder
}
else {
    tar -xzf $archive -C $folder
    chmod +x (Join-Path $folder pwsh)
}

$folder | Add-Content $env:GITHUB_PATH
