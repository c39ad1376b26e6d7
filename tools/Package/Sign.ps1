<#
.SYNOPSIS
    Signs what this project made in a laid-out module, or proves that a signing service did.
.DESCRIPTION
    The manifest, the display files, the own assemblies, and the third parties' that were compiled to native code here, whose makers'
    signatures that took away. Without a certificate the files must be signed already.
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    [Parameter(Mandatory)] [string] $Layout,
    [Security.Cryptography.X509Certificates.X509Certificate2] $Certificate,
    [Parameter(Mandatory)] [uri] $TimestampServer
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

if (-not $IsWindows) {
    throw 'Authenticode signatures are made and proven on Windows alone. Copy out/package there and run this task again.'
}

$files = @(
    Get-ChildItem $Layout -File | Where-Object Extension -In '.psd1', '.ps1xml', '.dll'
    Get-ChildItem (Join-Path $Layout deps) -File -Filter 'KlingLipSync*.dll'
    Get-ChildItem (Join-Path $Layout deps) -Directory | Where-Object Name -NE runtimes | Get-ChildItem -File -Filter *.dll)
if ($Certificate -and $PSCmdlet.ShouldProcess("$($files.Count) files in $Layout", "Sign as $($Certificate.Subject)")) {
    $null = Set-AuthenticodeSignature -FilePath $files.FullName -Certificate $Certificate -HashAlgorithm SHA256 -IncludeChain NotRoot -TimestampServer $TimestampServer
}

if (-not $WhatIfPreference) {
    $unsigned = Get-AuthenticodeSignature -FilePath $files.FullName | Where-Object Status -NE Valid
    if ($unsigned) {
        throw "These files have no valid signature:`n$(($unsigned | ForEach-Object { "$($_.Path): $($_.StatusMessage)" }) -join "`n")"
    }
}
