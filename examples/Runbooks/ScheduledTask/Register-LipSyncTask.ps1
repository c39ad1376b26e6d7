#Requires -Version 7.4
<#
.SYNOPSIS
    Registers a scheduled task of Windows that lip-syncs a folder every twenty minutes.

.DESCRIPTION
    The task runs as one account, and not twice at a time. That account's store is on the machine's own disk and stays there.

    The key is kept as Export-Clixml writes it: only the same account on the same machine can read it, and only where Windows has that
    account's password, or manages it. So there are three ways:

    -Credential           the account with its password, which Windows keeps: the task runs whether it is logged on or not
    -UserId name$         a group managed service account: the same, and nobody knows a password
    without both          your own account, or that of -UserId: the task runs only while it is logged on

    A task that runs without a password when nobody is logged on (S4U) cannot read such a file, and is not made.

    Make the file once as that account:

    New-Item C:\ProgramData\KlingLipSync -ItemType Directory -Force
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
.PARAMETER Credential
    The account and its password.
.PARAMETER UserId
    The account, without a password. A group managed service account ends in a dollar sign.
.PARAMETER TaskName
    The task's name.

.EXAMPLE
    ./Register-LipSyncTask.ps1 -Path D:\clips -Destination D:\out -UserId CONTOSO\lipsync$

.EXAMPLE
    ./Register-LipSyncTask.ps1 -Path D:\clips -Destination D:\out -Credential (Get-Credential)
#>
[CmdletBinding(SupportsShouldProcess, DefaultParameterSetName = 'UserId')]
param(
    [Parameter(Mandatory)] [string] $Path,
    [Parameter(Mandatory)] [string] $Destination,
    [string] $KeyPath = (Join-Path $env:ProgramData 'KlingLipSync/fal-key.clixml'),
    [string] $StorePath = (Join-Path $env:ProgramData 'KlingLipSync/store'),
    [decimal] $Budget = 20,
    [Parameter(Mandatory, ParameterSetName = 'Credential')] [pscredential] $Credential,
    [Parameter(ParameterSetName = 'UserId')] [string] $UserId = [Environment]::UserName,
    [string] $TaskName = 'KlingLipSync'
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

function Format-Word([string] $Word) {
    # The last backslashes of a quoted word would take the quote with them.
    '"' + ($Word -replace '(\\+)$', '$1$1') + '"'
}

# The task starts in another folder.
$Path, $Destination, $KeyPath, $StorePath = $Path, $Destination, $KeyPath, $StorePath | ForEach-Object { $PSCmdlet.GetUnresolvedProviderPathFromPSPath($_) }

$script = [IO.Path]::GetFullPath((Join-Path $PSScriptRoot '../Invoke-LipSyncFolder.ps1'))
$summary = Join-Path (Split-Path $StorePath) 'summary.json'
$words = '-NoProfile', '-NonInteractive', '-File', (Format-Word $script),
'-Path', (Format-Word $Path), '-Destination', (Format-Word $Destination), '-KeyPath', (Format-Word $KeyPath), '-StorePath', (Format-Word $StorePath),
'-SummaryPath', (Format-Word $summary), '-SettleTime', '00:00:30', '-Budget', $Budget.ToString([cultureinfo]::InvariantCulture)

$action = New-ScheduledTaskAction -Execute (Get-Process -Id $PID).Path -Argument ($words -join ' ')

# fal keeps a result's description for an hour: what one run leaves, the next ones collect in time.
$trigger = New-ScheduledTaskTrigger -Once -At (Get-Date).Date -RepetitionInterval (New-TimeSpan -Minutes 20)
$settings = New-ScheduledTaskSettingsSet -MultipleInstances IgnoreNew -StartWhenAvailable -ExecutionTimeLimit (New-TimeSpan -Hours 2)
$account = if ($Credential) {
    @{ User = $Credential.UserName; Password = $Credential.GetNetworkCredential().Password }
}
else {
    @{ Principal = New-ScheduledTaskPrincipal -UserId $UserId -LogonType ($UserId.EndsWith('$') ? 'Password' : 'Interactive') }
}

if ($PSCmdlet.ShouldProcess($TaskName, 'Register the scheduled task')) {
    Register-ScheduledTask -TaskName $TaskName -Action $action -Trigger $trigger -Settings $settings @account -Force
}
