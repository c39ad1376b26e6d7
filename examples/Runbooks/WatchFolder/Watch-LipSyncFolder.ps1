#Requires -Version 7.4
<#
.SYNOPSIS
    Watches a folder: lip-syncs the clips that are put into it, for as long as it runs.

.DESCRIPTION
    The folder is looked at again and again; no event can be missed. A clip is taken once it and its sound have been left alone for
    -SettleTime, so that a file that is still being copied is not. Better still, copy under another name and rename.

    Each round saves what is ready at fal, sends what is new and waits for nothing. All it knows is in the store: after a restart, a
    kill or a power failure it goes on, and pays for nothing twice.

    Each round that did something puts out its summary as one line of JSON, that of Invoke-LipSyncFolder.ps1.

    SIGTERM and Ctrl+C end it after the round that is under way, with 0, or with 6 where accepted jobs are left at fal; the next start
    collects them. Where spending is stopped it sends nothing more, collects what is pending, and ends with 5.

.PARAMETER Path
    The folder to watch.
.PARAMETER Destination
    The folder of the results; another one.
.PARAMETER Poll
    The pause between two rounds.
.PARAMETER SettleTime
    How long a clip and its sound must have been left alone.
.PARAMETER RetryAfter
    When a clip that was refused or failed is tried again, unless it is written anew before.
.PARAMETER Core
    What is given to Invoke-LipSyncFolder.ps1 as well: KeyPath, StorePath, Budget, Period, Tag, SummaryPath, Module and so on.

.EXAMPLE
    ./Watch-LipSyncFolder.ps1 -Path inbox -Destination out -Core @{ Budget = 20 }
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Path,
    [Parameter(Mandatory)] [string] $Destination,
    [timespan] $Poll = '00:00:10',
    [timespan] $SettleTime = '00:00:10',
    [timespan] $RetryAfter = '00:15:00',
    [hashtable] $Core = @{}
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$runFolder = Join-Path $PSScriptRoot '../Invoke-LipSyncFolder.ps1'

# A signal comes on another thread, which has no runspace to run a script block in: the handler is compiled.
$stop = [Threading.CancellationTokenSource]::new()
$context = [Linq.Expressions.Expression]::Parameter([Runtime.InteropServices.PosixSignalContext])
$handler = [Linq.Expressions.Expression]::Lambda(
    [Action[Runtime.InteropServices.PosixSignalContext]],
    [Linq.Expressions.Expression]::Block([Linq.Expressions.Expression[]]@(
            [Linq.Expressions.Expression]::Assign([Linq.Expressions.Expression]::Property($context, 'Cancel'), [Linq.Expressions.Expression]::Constant($true))
            [Linq.Expressions.Expression]::Call([Linq.Expressions.Expression]::Constant($stop), [Threading.CancellationTokenSource].GetMethod('Cancel', [type[]]@()))
        )),
    [Linq.Expressions.ParameterExpression[]]@($context)).Compile()
$signals = 'SIGTERM', 'SIGINT' | ForEach-Object { [Runtime.InteropServices.PosixSignalRegistration]::Create($_, $handler) }

# When a clip, as it was then, is to be looked at again.
$notBefore = @{}
$isSpending = $true
$open = 1

function Get-Version([IO.FileInfo] $Clip) { "$($Clip.FullName)|$($Clip.Length)|$($Clip.LastWriteTimeUtc.Ticks)" }

try {
    do {
        $clips = @(Get-ChildItem -LiteralPath $Path -File | Where-Object Extension -In '.mp4', '.mov' |
                Where-Object { $isSpending -and [datetime]::UtcNow -ge ($notBefore[(Get-Version $_)] ?? [datetime]::MinValue) })
        if ($clips -or $open) {
            $before = $clips | ForEach-Object { @{ Path = $_.FullName; Version = Get-Version $_ } }
            $json = & $runFolder @Core -Path @($clips | ForEach-Object FullName) -Destination $Destination -SettleTime $SettleTime -NoWait -CollectOnly:(-not $isSpending)
            $summary = $json | ConvertFrom-Json
            $open = $summary.pending
            if ($summary.saved -or $summary.spentUsd -or $summary.errors) {
                $json | ConvertFrom-Json | ConvertTo-Json -Depth 5 -Compress
            }

            if ($summary.exitCode -eq 5) {
                $isSpending = $false
            }

            $inHand = @($summary.files | ForEach-Object video) + @($summary.pendingJobs | ForEach-Object video)
            $wrong = @($summary.errors | ForEach-Object targets)
            foreach ($clip in $before) {
                if ($clip.Path -in $wrong) { $notBefore[$clip.Version] = [datetime]::UtcNow + $RetryAfter }
                elseif ($clip.Path -in $inHand) { $notBefore[$clip.Version] = [datetime]::MaxValue }
            }
        }

        if (-not $isSpending -and -not $open) {
            exit 5
        }
    } until ($stop.Token.WaitHandle.WaitOne($Poll))

    exit ($open ? 6 : 0)
}
finally {
    $signals | ForEach-Object { $_.Dispose() }
}
