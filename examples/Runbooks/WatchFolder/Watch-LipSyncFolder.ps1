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
    collects them. Where spending is stopped it ends with 5 after that round, which has saved what was ready. Let it be started again
    after a while, within the hour for which fal keeps results: each start collects first.

.PARAMETER Path
    The folder to watch.
.PARAMETER Destination
    The folder of the results; another one.
.PARAMETER Poll
    The pause between two rounds.
.PARAMETER SettleTime
    How long a clip and its sound must have been left alone.
.PARAMETER RetryAfter
    When a clip is looked at again, unless it or its sound is written anew before. One that was refused, or that failed at fal
    without being billed, is tried again then; one that is at fal is not paid again.
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

# When a clip with its sound, as they were then, is to be looked at again.
$notBefore = @{}

# The version of each clip that was given last.
$given = @{}
$open = 1
$soundFolder = $Core['AudioDirectory'] ?? $Path

function Get-Sound {
    Get-ChildItem -LiteralPath $soundFolder -File -ErrorAction Ignore | Where-Object Extension -In '.wav', '.mp3', '.m4a', '.aac' | Group-Object BaseName -AsHashTable -AsString
}

function Get-Version([IO.FileInfo] $Clip) {
    @($Clip) + @($sounds ? $sounds[$Clip.BaseName] : $null) | Where-Object { $_ } | ForEach-Object { "$($_.FullName)|$($_.Length)|$($_.LastWriteTimeUtc.Ticks)" } | Join-String -Separator '|'
}

try {
    do {
        $sounds = Get-Sound
        $clips = @(Get-ChildItem -LiteralPath $Path -File | Where-Object Extension -In '.mp4', '.mov' |
                Where-Object { [datetime]::UtcNow -ge ($notBefore[(Get-Version $_)] ?? [datetime]::MinValue) })
        if ($clips -or $open) {
            $before = @($clips | ForEach-Object { @{ Path = $_.FullName; Version = Get-Version $_ } })
            $json = & $runFolder @Core -Path @($clips | ForEach-Object FullName) -Destination $Destination -SettleTime $SettleTime -NoWait
            $summary = $json | ConvertFrom-Json
            $open = $summary.pending
            if ($summary.saved -or $summary.spentUsd -or $summary.errors) {
                $json | ConvertFrom-Json | ConvertTo-Json -Depth 5 -Compress
            }

            # Not held up for what is pending: a job whose answer was lost can be so for a day.
            if ($summary.exitCode -eq 5) {
                exit 5
            }

            $saved = @($summary.files | ForEach-Object video)
            $atFal = @($summary.pendingJobs | ForEach-Object video)
            $known = $saved + $atFal + @($summary.errors | ForEach-Object targets)
            foreach ($clip in $before) {
                if ($clip.Path -in $known) {
                    $given[$clip.Path] = $clip.Version
                    $notBefore[$clip.Version] = [datetime]::UtcNow + $RetryAfter
                }
            }

            # What is saved is done with, wherever its file is moved to.
            foreach ($video in $saved | Where-Object { $_ -notin $atFal -and $given.ContainsKey($_) }) {
                $notBefore[$given[$video]] = [datetime]::MaxValue
            }
        }
    } until ($stop.Token.WaitHandle.WaitOne($Poll))

    exit ($open ? 6 : 0)
}
finally {
    $signals | ForEach-Object { $_.Dispose() }
}
