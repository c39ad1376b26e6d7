<#
.SYNOPSIS
    Completes the manifest of a package: its version's section of the changelog, and the project's addresses where it has one.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Layout,
    [uri] $ProjectUri
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$file = Join-Path $Layout 'KlingLipSync.psd1'
$version = (Import-PowerShellDataFile $file).ModuleVersion
$changelog = Get-Content (Join-Path $Layout 'CHANGELOG.md') -Raw
if ($changelog -notmatch "(?ms)^## \[$([regex]::Escape($version))\].*?\n(.*?)(?=^## |\z)") {
    throw "CHANGELOG.md has no section of the version $version."
}

$notes = $Matches[1].Trim()
if ($notes -match "(?m)^'@") {
    throw 'A line of the changelog begins with the end of the text it would be put into.'
}

$fields = @(
    "ReleaseNotes = @'"
    $notes
    "'@"
    if ($ProjectUri) {
        $address = "$ProjectUri".TrimEnd('/')
        "            ProjectUri   = '$address'"
        "            LicenseUri   = '$address/blob/main/LICENSE'"
        "            IconUri      = '$address/raw/main/docs/icon/icon.png'"
    }) -join "`n"

$text = Get-Content $file -Raw
$place = "ReleaseNotes = 'See CHANGELOG.md.'"
if ($text.IndexOf($place) -lt 0) {
    throw "KlingLipSync.psd1 has no line $place, which the notes of the version take the place of."
}

$text.Replace($place, $fields) | Set-Content $file -NoNewline
