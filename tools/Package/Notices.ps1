<#
.SYNOPSIS
    Writes THIRD-PARTY-NOTICES.txt out of the bill of materials: each library with its version, copyright and licence.
.DESCRIPTION
    A licence's text is that of the restored package where it brings one, else the one in Licences under its SPDX name. A package's
    own notices of third parties follow its licence.
#>
[CmdletBinding()]
param([Parameter(Mandatory)] [string] $Layout)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$root = [IO.Path]::GetFullPath((Join-Path $PSScriptRoot '../..'))
$assets = Get-Content (Join-Path $root 'src/KlingLipSync/obj/project.assets.json') -Raw | ConvertFrom-Json -AsHashtable
$bill = Get-Content (Join-Path $Layout 'KlingLipSync.cdx.json') -Raw | ConvertFrom-Json -AsHashtable
$rule = '=' * 80

function Get-PackageFile($Component, [string[]] $Name) {
    $library = $assets.libraries["$($Component.name)/$($Component.version)"]
    if ($library) {
        $assets.packageFolders.Keys | ForEach-Object { Join-Path $_ $library.path } | Where-Object { Test-Path $_ } |
            Get-ChildItem -File | Where-Object Name -In $Name | Select-Object -First 1
    }
}

function Get-LicenceText($Component) {
    if ($own = Get-PackageFile $Component 'LICENSE', 'LICENSE.txt', 'LICENSE.md') {
        return (Get-Content $own -Raw).Trim()
    }

    $id = $Component.licenses[0].license['id']
    $text = Join-Path $PSScriptRoot "Licences/$id.txt"
    if (-not $id -or -not (Test-Path $text)) {
        throw "There is no text for the licence of $($Component.name) $($Component.version): put it into tools/Package/Licences under its SPDX name."
    }

    # Trimmed at its end alone: some begin with spaces that centre their title.
    (Get-Content $text -Raw).TrimEnd().Replace('<copyright>', $Component['copyright'])
}

$components = $bill.components | ForEach-Object { $_; $_['components'] | Where-Object { $_ -and $_.type -eq 'library' } } |
    Sort-Object { $_.name }
$lines = @(
    'KlingLipSync ships the libraries below, unchanged; some also compiled to native code for a platform.'
    'KlingLipSync.cdx.json names the files of each.'
    ''
    $components | ForEach-Object { '- {0} {1} ({2})' -f $_.name, $_.version, $_.licenses[0].license.id }
    foreach ($component in $components) {
        ''
        $rule
        "$($component.name) $($component.version)"
        if ($component['copyright']) { $component.copyright }
        $rule
        ''
        Get-LicenceText $component
        if ($more = Get-PackageFile $component 'THIRD-PARTY-NOTICES.TXT', 'ThirdPartyNotices.txt') {
            ''
            "--- What $($component.name) says of its own third parties ---"
            ''
            (Get-Content $more -Raw).Trim()
        }
    })
$lines -join "`n" -replace '\r' | Set-Content (Join-Path $Layout 'THIRD-PARTY-NOTICES.txt')
