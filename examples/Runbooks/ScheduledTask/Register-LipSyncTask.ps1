#Requires -Version 7.4
<#
.SYNOPSIS
    Registers a scheduled task of Windows that lip-syncs a folder every twenty minutes.

.DESCRIPTION
    The task runs as the account given, whether it is logged on or not, and not twice at a time. That account's store is on the
    machine's own disk and stays there.

    The key is kept as Export-Clixml writes it: only the same account on the same machine can read it. Make the file once as that
    account:

    Read-Host -AsSecureString | Export-Clixml C:\ProgramData\KlingLipSync\fal-key.clixml

    The task's last result is the exit code of Invoke-LipSyncFolder.ps1: 0, 3 and 6 are good ones.

.PARAMETER Path
    The folder of clips.
.PARAMETER Destination
    The folder of the results.
.PARAMETER KeyPath
    The file with the key.
.PARAMETER StorePath
    The folder of the store.
.PARAMETER Budget
    USD that may be spent a day.
.PARAMETER UserId
    The account. A group managed service account ends in a dollar sign.
.PARAMETER TaskName
    The task's name.

.EXAMPLE
    ./Register-LipSyncTask.ps1 -Path D:\clips -Destination D:\out -UserId CONTOSO\lipsync$
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    [Parameter(Mandatory)] [string] $Path,
    [Parameter(Mandatory)] [string] $Destination,
    [string] $KeyPath = (Join-Path $env:ProgramData 'KlingLipSync/fal-key.clixml'),
    [string] $StorePath = (Join-Path $env:ProgramData 'KlingLipSync/store'),
    [decimal] $Budget = 20,
    [string] $UserId = [Environment]::UserName,
    [string] $TaskName = 'KlingLipSync'
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

function Format-Word([string] $Word) {
    # The last backslashes of a quoted word would take the quote with them.
    '"' + ($Word -replace '(\\+)$', '$1$1') + '"'
}

$script = [IO.Path]::GetFullPath((Join-Path $PSScriptRoot '../Invoke-LipSyncFolder.ps1'))
$summary = Join-Path (Split-Path $StorePath) 'summary.json'
$words = '-NoProfile', '-NonInteractive', '-File', (Format-Word $script),
'-Path', (Format-Word $Path), '-Destination', (Format-Word $Destination), '-KeyPath', (Format-Word $KeyPath), '-StorePath', (Format-Word $StorePath),
'-SummaryPath', (Format-Word $summary), '-SettleTime', '00:00:30', '-Budget', $Budget.ToString([cultureinfo]::InvariantCulture)

$action = New-ScheduledTaskAction -Execute (Get-Process -Id $PID).Path -Argument ($words -join ' ')

# fal keeps a result's description for an hour: what one run leaves, the next ones collect in time.
$trigger = New-ScheduledTaskTrigger -Once -At (Get-Date).Date -RepetitionInterval (New-TimeSpan -Minutes 20)
$settings = New-ScheduledTaskSettingsSet -MultipleInstances IgnoreNew -StartWhenAvailable -ExecutionTimeLimit (New-TimeSpan -Hours 2)
$principal = New-ScheduledTaskPrincipal -UserId $UserId -LogonType ($UserId.EndsWith('$') ? 'Password' : 'S4U')

if ($PSCmdlet.ShouldProcess($TaskName, 'Register the scheduled task')) {
    Register-ScheduledTask -TaskName $TaskName -Action $action -Trigger $trigger -Settings $settings -Principal $principal -Force
}
