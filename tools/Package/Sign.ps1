<#
.SYNOPSIS
    Signs what this project made in a laid-out module, or proves that a signing service did.
.PARAMETER Certificate
    Without one the files must be signed already.
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

$files = & (Join-Path $PSScriptRoot 'OwnFiles.ps1') -Layout $Layout
if ($Certificate -and $PSCmdlet.ShouldProcess("$($files.Count) files in $Layout", "Sign as $($Certificate.Subject)")) {
    $null = Set-AuthenticodeSignature -LiteralPath $files.FullName -Certificate $Certificate -HashAlgorithm SHA256 -IncludeChain NotRoot -TimestampServer $TimestampServer
}

if (-not $WhatIfPreference) {
    $unsigned = Get-AuthenticodeSignature -LiteralPath $files.FullName | Where-Object Status -NE Valid
    if ($unsigned) {
        throw "These files have no valid signature:`n$(($unsigned | ForEach-Object { "$($_.Path): $($_.StatusMessage)" }) -join "`n")"
    }
}
