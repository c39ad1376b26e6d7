<#
.SYNOPSIS
    Builds a package's assemblies once more, from nothing, and fails where a byte is another.
.DESCRIPTION
    In a copy of the sources under another path, so that a path of the machine in a file would show. What is signed has another signature
    each time: this is for a layout that is not.
#>
[CmdletBinding()]
param([Parameter(Mandatory)] [string] $Layout)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true

$Layout = (Get-Item $Layout).FullName
$root = [IO.Path]::GetFullPath((Join-Path $PSScriptRoot '../..'))
$place = Join-Path ([IO.Path]::GetTempPath()) "KlingLipSync-$([guid]::NewGuid().ToString('N'))"
try {
    git -c advice.detachedHead=false clone --quiet --local $root $place

    # The addresses that a build writes down are those of the remote.
    $origin = git -C $root remote
    if ('origin' -in $origin) { git -C $place remote set-url origin (git -C $root remote get-url origin) } else { git -C $place remote remove origin }
    $again = Join-Path $place 'out/package/KlingLipSync'
    dotnet build (Join-Path $place 'src/KlingLipSync.PowerShell') --configuration Release --nologo --verbosity quiet "-p:ModuleOutput=$again/" -p:ForPackage=true -p:ContinuousIntegrationBuild=true
    $files = Get-ChildItem $again -Recurse -File -Filter *.dll | ForEach-Object { [IO.Path]::GetRelativePath($again, $_.FullName) }
    $other = $files | Where-Object { (Get-FileHash (Join-Path $Layout $_)).Hash -ne (Get-FileHash (Join-Path $again $_)).Hash }
    if ($other) {
        throw "These files are not made the same way twice:`n$($other -join "`n")"
    }

    "$($files.Count) assemblies were built again, byte for byte the same."
}
finally { if (Test-Path $place) { Remove-Item $place -Recurse -Force } }
