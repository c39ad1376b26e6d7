<#
.SYNOPSIS
    The address on the web of git's remote 'origin', where it has one: https, without a user's name or token, without '.git'.
#>
[CmdletBinding()]
param()

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $false

$origin = git -C $PSScriptRoot remote get-url origin 2>$null
if ($origin -match '^(?:https://(?:[^@/]+@)?|ssh://(?:[^@/]+@)?|[^@/:]+@)(?<host>[^/:@]+\.[^/:@]+)(?::\d+)?[/:](?<path>[^?#]+?)(?:\.git)?/?$') {
    "https://$($Matches.host)/$($Matches.path)"
}
