<#
.SYNOPSIS
    Writes the SHA-256 of every file of the package into its bill of materials, each under the library it belongs to.
.DESCRIPTION
    It comes last before a package is made, and again after its files were signed: what the bill said of files before is replaced.
#>
[CmdletBinding()]
param([Parameter(Mandatory)] [string] $Layout)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$bill = Join-Path $Layout 'KlingLipSync.cdx.json'
$content = Get-Content $bill -Raw | ConvertFrom-Json -AsHashtable
$libraries = @((Get-Content (Join-Path $Layout 'deps/KlingLipSync.deps.json') -Raw | ConvertFrom-Json -AsHashtable).targets.Values)[0]

# Which library a file belongs to, by its path under deps: the path itself for native files, the file's name for assemblies.
$owners = @{}
foreach ($library in $libraries.GetEnumerator()) {
    ($library.Value['runtime'] ?? @{}).Keys | ForEach-Object { $owners[(Split-Path $_ -Leaf)] = $library.Key }
    ($library.Value['runtimeTargets'] ?? @{}).Keys | ForEach-Object { $owners[$_] = $library.Key }
}

function Get-Owner([string] $Path) {
    if ($Path -notlike 'deps/*') { return $null }

    $inside = $Path.Substring('deps/'.Length)
    $owners[$inside] ?? $owners[(Split-Path $inside -Leaf)]
}

$self = $content.metadata.component
$components = @{ "$($self.name)/$($self.version)" = $self }
foreach ($component in $content.components) {
    $components["$($component.name)/$($component.version)"] = $component
}

foreach ($component in $components.Values) {
    $component.components = @($component['components'] | Where-Object { $_ -and $_.type -ne 'file' })
}

foreach ($file in Get-ChildItem $Layout -File -Recurse | Where-Object FullName -NE (Get-Item $bill).FullName | Sort-Object FullName) {
    $path = [IO.Path]::GetRelativePath($Layout, $file.FullName).Replace('\', '/')
    $owner = (Get-Owner $path) ?? "$($self.name)/$($self.version)"
    $entry = [ordered]@{
        type   = 'file'
        name   = $path
        hashes = @([ordered]@{ alg = 'SHA-256'; content = (Get-FileHash $file.FullName -Algorithm SHA256).Hash.ToLowerInvariant() })
    }

    if ($path -match '^deps/(?!runtimes/)([^/]+)/') {
        $entry.pedigree = @{ notes = "Compiled from the library's own assembly to native code for $($Matches[1]) when this package was built." }
    }

    $components[$owner].components += $entry
}

$content | ConvertTo-Json -Depth 20 | Set-Content $bill
