<#
.SYNOPSIS
    Publishes a package that was tested, and no other.
.PARAMETER Repository
    The name of a registered repository, such as PSGallery.
.PARAMETER ApiKey
    The repository's key; a folder needs none.
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    [Parameter(Mandatory)] [string] $Package,
    [Parameter(Mandatory)] [string] $Repository,
    [securestring] $ApiKey
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$Package = (Get-Item $Package).FullName
$record = "$Package.tested.json"
if (-not (Test-Path $record)) {
    throw "'$Package' was not tested: nothing is published. './build.ps1 TestPackage' tests it."
}

$hash = (Get-FileHash $Package -Algorithm SHA256).Hash
if ((Get-Content $record -Raw | ConvertFrom-Json).sha256 -ne $hash) {
    throw "'$Package' is not the file that was tested: nothing is published. './build.ps1 TestPackage' tests this one."
}

if ($PSCmdlet.ShouldProcess("$(Split-Path $Package -Leaf) ($hash)", "Publish to $Repository")) {
    $key = $ApiKey ? @{ ApiKey = ConvertFrom-SecureString $ApiKey -AsPlainText } : @{}
    Publish-PSResource -NupkgPath $Package -Repository $Repository @key
    "Published $(Split-Path $Package -Leaf) ($hash) to $Repository."
}
