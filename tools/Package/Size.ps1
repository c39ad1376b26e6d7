<#
.SYNOPSIS
    Says what a package weighs and why each part of it is there.
#>
[CmdletBinding()]
param([Parameter(Mandatory)] [string] $Package)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

# The first pattern that fits says what a file is for; $1 is the platform.
$parts = @(
    @{ Path = '^deps/runtimes/([^/]+)/'; Part = 'SQLite for $1'; Why = 'The store. A native library; each session loads its platform''s.' }
    @{ Path = '^deps/([^/]+)/'; Part = 'Native code for $1'; Why = 'Engine and libraries compiled ahead: halves the wait for a session''s first job.' }
    @{ Path = '^deps/KlingLipSync\.'; Part = 'Engine'; Why = 'What checks, pays, waits and saves.' }
    @{ Path = '^deps/Microsoft\.Data\.Sqlite|^deps/SQLitePCLRaw'; Part = 'Microsoft.Data.Sqlite'; Why = 'The way from .NET to SQLite.' }
    @{ Path = '^deps/Polly\.Core'; Part = 'Polly.Core'; Why = 'Retries, for everything but the paid request.' }
    @{ Path = '^deps/System\.Net\.ServerSentEvents'; Part = 'System.Net.ServerSentEvents'; Why = 'fal''s status streams, for which .NET 8 has no library.' }
    @{ Path = '^KlingLipSync[^/]*\.(dll|psd1|ps1xml)$'; Part = 'Commands'; Why = 'What PowerShell itself loads: commands, loader, manifest, display.' }
    @{ Path = '^en-US/'; Part = 'Help'; Why = 'Get-Help without a network.' }
    @{ Path = '^(LICENSE|CHANGELOG\.md|THIRD-PARTY-NOTICES\.txt|KlingLipSync\.cdx\.json|icon\.png)$'; Part = 'Papers'; Why = 'Licence, changes, notices, bill of materials, icon.' }
    @{ Path = '^(\[Content_Types\]\.xml|_rels/|package/|[^/]+\.nuspec$)'; Part = 'Wrapping'; Why = 'What the package format wants; not installed.' }
)

$archive = [IO.Compression.ZipFile]::OpenRead($Package)
try {
    $rows = foreach ($entry in $archive.Entries) {
        $part = $parts | Where-Object { $entry.FullName -match $_.Path } | Select-Object -First 1
        if (-not $part) {
            throw "$($entry.FullName) is in the package and no part of tools/Package/Size.ps1 says why."
        }

        $platform = [regex]::Match($entry.FullName, $part.Path).Groups[1].Value
        [pscustomobject]@{ Order = [Array]::IndexOf($parts, $part); Part = $part.Part.Replace('$1', $platform); Length = $entry.Length; Packed = $entry.CompressedLength; Why = $part.Why }
    }
}
finally { $archive.Dispose() }

$table = foreach ($group in $rows | Group-Object Part | Sort-Object { $_.Group[0].Order }, Name) {
    [pscustomobject]@{
        Part      = $group.Name
        Files     = $group.Count
        'On disk' = '{0:n0} KB' -f (($group.Group | Measure-Object Length -Sum).Sum / 1KB)
        Packed    = '{0:n0} KB' -f (($group.Group | Measure-Object Packed -Sum).Sum / 1KB)
        Why       = $group.Group[0].Why
    }
}

'{0}: {1:n1} MB, {2:n1} MB on disk.' -f (Split-Path $Package -Leaf), ((Get-Item $Package).Length / 1MB), (($rows | Measure-Object Length -Sum).Sum / 1MB)
$table | Format-Table @{ e = 'Part' }, @{ e = 'Files' }, @{ e = 'On disk'; a = 'Right' }, @{ e = 'Packed'; a = 'Right' }, Why -Wrap | Out-String -Width 160
