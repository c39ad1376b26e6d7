#Requires -Version 7.4
<#
.SYNOPSIS
    Lip-syncs a folder of clips without anybody at the screen, and says what came of it as JSON and as an exit code.

.DESCRIPTION
    Each clip goes with the sound of its name beside it. What earlier runs paid for and did not save is collected first. The same
    call again pays only for what is new.

    Nothing is asked and no progress is shown. The summary is the only output. It is one JSON document:

    outcome, exitCode     see below
    runId                 the run's id; its jobs carry it
    startedAt, durationSeconds
    saved                 files that this run put on the disk
    collected             those of them that an earlier run had paid for
    alreadySaved          clips whose file was there already
    failed, refused       sent without a good end; not sent, because something is wrong with them
    unsent                not sent because spending was stopped
    pending               accepted by fal, or possibly so, and not saved yet
    unfinished            clips that were left for later because they are still being written, or have no sound yet
    spentUsd              what this run's accepted jobs cost
    collectBefore         until when the first pending result is sure to be at fal
    files                 video and output of each saved clip
    pendingJobs           id, requestId, state, video and collectBefore of each
    errors                id, category, targets, message and action of each
    warnings              texts

    The exit code, which does not change in later versions:

    0  Saved              all is saved, and this run saved some of it
    1                     PowerShell itself broke off; there may be no summary
    2  SomeFailed         something was sent and failed, or refused beside others that were not
    3  NothingToDo        nothing was spent: there is nothing new
    4  AllRefused         nothing was spent: everything new was refused
    5  SpendingStopped    the key, the account, a limit, the store, the network or a missing module stopped it; what was accepted
                          is collected later
    6  Pending            accepted jobs are left at fal: run it again before collectBefore

.PARAMETER Path
    Folders of clips, or clips. Folders are not searched below.
.PARAMETER Destination
    The folder of the results; made if missing.
.PARAMETER CollectOnly
    Send nothing; collect what is pending.
.PARAMETER NoWait
    Do not wait for fal: save what is ready, send what is new, and end.
.PARAMETER SettleTime
    Leave out clips that were written, or whose sound was, within this time, and those without a sound.
.PARAMETER AudioDirectory
    Where the sounds are, if not beside the clips.
.PARAMETER SummaryPath
    A file for the summary as well. It is replaced whole.
.PARAMETER StorePath
    The folder of the store. Without it: KLINGLIPSYNC_HOME, then the user's local application data.
.PARAMETER RequireStore
    End with 5 where there is no store yet, instead of making one: for workers that bring theirs along. Without its store a run would
    pay again for everything.
.PARAMETER ApiKey
    The key, as Get-Secret has it. Without it and -KeyPath: FAL_KEY.
.PARAMETER KeyPath
    A file with the key: one line of text, such as a credential of systemd or a secret of a container, or what
    Export-Clixml wrote of a SecureString (.clixml).
.PARAMETER MaxCost
    USD that all clips of this call may cost, earlier runs included. Above it nothing is sent.
.PARAMETER Budget
    USD that may be spent a day or a month, over all calls. It is written to the store, where it stays.
.PARAMETER Period
    The budget's period.
.PARAMETER Timeout
    How long each job is waited for.
.PARAMETER Tag
    The name that this call's jobs carry, and of those that it collects.
.PARAMETER ThrottleLimit
    Jobs at one time.
.PARAMETER Module
    The module, by name or path.

.EXAMPLE
    ./Invoke-LipSyncFolder.ps1 clips -Destination out -Budget 20 -SummaryPath summary.json

.EXAMPLE
    pwsh -NoProfile -NonInteractive -File ./Invoke-LipSyncFolder.ps1 -CollectOnly -Destination out
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0)]
    [AllowEmptyCollection()]
    [string[]] $Path = @(),

    [Parameter(Mandatory)]
    [string] $Destination,

    [switch] $CollectOnly,
    [switch] $NoWait,
    [timespan] $SettleTime = [timespan]::Zero,
    [string] $AudioDirectory,
    [string] $SummaryPath,
    [string] $StorePath,
    [switch] $RequireStore,
    [securestring] $ApiKey,
    [string] $KeyPath,
    [Nullable[decimal]] $MaxCost,
    [Nullable[decimal]] $Budget,

    [ValidateSet('Day', 'Month')]
    [string] $Period = 'Day',

    [timespan] $Timeout = '01:00:00',
    [string] $Tag = 'runbook',

    [ValidateRange(1, 1000)]
    [int] $ThrottleLimit = 8,

    [string] $Module = 'KlingLipSync'
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

$exitCodes = @{ Saved = 0; SomeFailed = 2; NothingToDo = 3; AllRefused = 4; SpendingStopped = 5; Pending = 6 }

# What stops spending for every clip, whichever comes next. Everything else is about one clip.
$stops = '^(NoApiKey|ApiKey\w+|AccountLocked|SpendingStopped|MaxCostExceeded|BudgetExceeded|Endpoint\w+|Proxy\w+|Store\w+|RequestFailed),'

$startedAt = [DateTimeOffset]::UtcNow
$failed = [Collections.ArrayList]::new()
$warned = [Collections.ArrayList]::new()
$said = [Collections.ArrayList]::new()
$heard = @{ ErrorAction = 'SilentlyContinue'; ErrorVariable = '+failed'; WarningAction = 'SilentlyContinue'; WarningVariable = '+warned' }
$open = @(); $jobs = @(); $ended = @(); $ready = @(); $unfinished = @(); $pending = @()
$isStopped = $false
$sounds = @{}

function Read-Key {
    if ($KeyPath -like '*.clixml') {
        return Import-Clixml -LiteralPath $KeyPath
    }

    $key = [securestring]::new()
    foreach ($character in (Get-Content -LiteralPath $KeyPath -Raw).Trim().ToCharArray()) {
        $key.AppendChar($character)
    }

    $key
}

function Find-Sound([IO.FileInfo] $Clip) {
    $folder = $AudioDirectory ? $AudioDirectory : $Clip.DirectoryName
    if (-not $sounds.ContainsKey($folder)) {
        # As the module pairs them: the ending in any case, the name before it as the system compares names.
        $sounds[$folder] = Get-ChildItem -LiteralPath $folder -File -ErrorAction Ignore | Where-Object Extension -In '.wav', '.mp3', '.m4a', '.aac' |
            Group-Object BaseName -AsHashTable -AsString -CaseSensitive:$IsLinux
    }

    if ($sounds[$folder] -and $sounds[$folder].ContainsKey($Clip.BaseName)) { $sounds[$folder][$Clip.BaseName] }
}

function Test-Settled([IO.FileInfo] $Clip) {
    $files = @($Clip) + @(Find-Sound $Clip)
    $files.Count -gt 1 -and -not ($files | Where-Object { $_.Length -eq 0 -or [datetime]::UtcNow - $_.LastWriteTimeUtc -lt $SettleTime })
}

# What an error is about: the clips of inputs and jobs, else its target as text.
function Get-TargetName($Target) {
    foreach ($one in @($Target)) {
        $video = foreach ($name in 'VideoPath', 'VideoUrl') {
            if ($one -and $one.PSObject.Properties[$name] -and $one.$name) { $one.$name }
        }

        $video ? @($video)[0] : "$one"
    }
}

function Test-Job($Target) {
    $null -ne $Target -and $Target.PSObject.TypeNames -contains 'KlingLipSync.LipSyncJob'
}

# Jobs that ended at fal without a result: Get- and Wait- emit them and do not call that an error.
function Get-BadEnd($Job) {
    $Job | Where-Object State -in 'Failed', 'Cancelled', 'Lost'
}

try {
    Import-Module $Module -ErrorAction Stop
    if ($KeyPath) {
        $ApiKey = Read-Key
    }

    $session = @{}
    if ($ApiKey) { $session.ApiKey = $ApiKey }
    if ($StorePath) { $session.StorePath = $StorePath }

    # Fails early and by name, and spends nothing.
    $connection = Connect-KlingLipSync @session @heard
    if ($RequireStore -and -not (Test-Path -LiteralPath (Join-Path $connection.StorePath store.db))) {
        throw [Management.Automation.ErrorRecord]::new(
            [IO.FileNotFoundException]::new("There is no store in '$($connection.StorePath)', and -RequireStore was given. Without its receipts everything would be paid for again."),
            'StoreMissing', 'ObjectNotFound', $connection.StorePath)
    }

    if ($null -ne $Budget) {
        $null = Set-KlingLipSyncBudget -Amount $Budget -Period $Period -Confirm:$false @heard
    }

    # First what is paid for: fal does not keep it for long.
    $open = @(Get-KlingLipSyncJob -Local -Pending -Tag $Tag @heard)
    if ($open) {
        $looked = @(Get-KlingLipSyncJob -Id $open.Id @heard)
        $ended += @(Get-BadEnd $looked)
        $ready += @($looked | Where-Object State -EQ Completed)
        $null = $ready | Save-KlingLipSyncResult -Destination $Destination -Confirm:$false @heard
    }

    if (-not $CollectOnly) {
        $clips = @(foreach ($place in $Path) {
                $item = Get-Item -LiteralPath $place
                $item.PSIsContainer ? (Get-ChildItem -LiteralPath $place -File | Where-Object Extension -In '.mp4', '.mov') : $item
            })
        if ($SettleTime -gt [timespan]::Zero) {
            $unfinished = @($clips | Where-Object { -not (Test-Settled $_) })
            $clips = @($clips | Where-Object FullName -NotIn @($unfinished | ForEach-Object FullName))
        }

        $call = @{ Destination = $Destination; Tag = $Tag; ThrottleLimit = $ThrottleLimit; Timeout = $Timeout; NoWait = $NoWait; Confirm = $false }
        if ($AudioDirectory) { $call.AudioDirectory = $AudioDirectory }
        if ($null -ne $MaxCost) { $call.MaxCost = $MaxCost }
        $jobs = @($clips | Invoke-KlingLipSync @call @heard -InformationVariable +said -InformationAction SilentlyContinue)
    }

    # What is pending and none of these clips: of clips that are gone from the folder.
    $known = @($jobs) + @($failed | ForEach-Object TargetObject) | Where-Object { Test-Job $_ } | ForEach-Object Id
    $rest = @(Get-KlingLipSyncJob -Local -Pending -Tag $Tag @heard | Where-Object Id -NotIn @($known))
    if ($rest -and -not $NoWait) {
        $waited = @(Wait-KlingLipSyncJob -Id $rest.Id -Timeout $Timeout @heard)
        $ended += @(Get-BadEnd $waited)
        $late = @($waited | Where-Object State -EQ Completed)
        $null = $late | Save-KlingLipSyncResult -Destination $Destination -Confirm:$false @heard
        $ready += $late
    }
}
catch {
    # A cmdlet's own terminating error is in the variable already.
    $isStopped = $true
    $caught = $_
    $failed = @($failed | Where-Object { "$_" -ne "$caught" }) + $caught
}

# The exceptions that the engine threw for some of them are in the variable as well.
$failed = @($failed | Where-Object { $_ -is [Management.Automation.ErrorRecord] })

try {
    $pending = @(Get-KlingLipSyncJob -Local -Pending -Tag $Tag -ErrorAction SilentlyContinue)
    if ($ready) {
        $ready = @(Get-KlingLipSyncJob -Local -Id $ready.Id -ErrorAction SilentlyContinue | Where-Object State -EQ Saved)
    }
}
catch {
    Write-Debug "A store that cannot be read is among the errors already: $_"
}

$run = $said | Where-Object Tags -Contains KlingLipSync.Run | ForEach-Object MessageData | Select-Object -Last 1
$passed = @($jobs | Where-Object State -EQ Saved)
$new = @($passed | Where-Object { -not $_.Reused })
$collected = @($ready) + @($passed | Where-Object { $_.Reused -and $_.Id -in @($open | ForEach-Object Id) -and $_.Id -notin @($ready | ForEach-Object Id) })
$before = @($passed | Where-Object { $_.Reused -and $_.Id -notin @($collected | ForEach-Object Id) })
$reported = @($failed | ForEach-Object TargetObject | Where-Object { Test-Job $_ } | ForEach-Object Id)
$ended = @($ended | Where-Object Id -NotIn $reported)

# Jobs that looking, waiting or saving found without a result, such as one whose file is gone at fal. The run's sum has its own.
$byRun = @($run ? ($failed | Where-Object FullyQualifiedErrorId -Like '*InvokeKlingLipSyncCommand' | ForEach-Object TargetObject | Where-Object { Test-Job $_ } | ForEach-Object Id) : @())
$gone = @($reported | Where-Object { $_ -notin $byRun } | Select-Object -Unique)
if ($gone) {
    try {
        $gone = @(Get-BadEnd @(Get-KlingLipSyncJob -Local -Id $gone -ErrorAction SilentlyContinue))
    }
    catch {
        Write-Debug "A store that cannot be read is among the errors already: $_"
        $gone = @()
    }
}

$errors = @(
    $failed | ForEach-Object {
        [ordered]@{
            id       = ($_.FullyQualifiedErrorId -split ',')[0]
            category = "$($_.CategoryInfo.Category)"
            targets  = @(Get-TargetName $_.TargetObject)
            message  = "$_"
            action   = $_.ErrorDetails ? $_.ErrorDetails.RecommendedAction : $null
        }
    }
    $ended | ForEach-Object {
        [ordered]@{
            id       = "Job$($_.State)"
            category = 'InvalidResult'
            targets  = @(Get-TargetName $_)
            message  = "Job $($_.Id) is $($_.State); billed: $($_.Billed). $($_.ErrorMessage)"
            action   = 'Run it again: what is not billed and may pass is tried again.'
        }
    }
)

$sum = [ordered]@{
    saved        = $new.Count + $collected.Count
    collected    = $collected.Count
    alreadySaved = $before.Count
    failed       = $ended.Count + $gone.Count + ($run ? $run.Failed : 0)
    refused      = $run ? $run.Refused : 0
    unsent       = $run ? $run.Unsent : 0
    pending      = $pending.Count
    unfinished   = $unfinished.Count
}
$isStopped = $isStopped -or $sum.unsent -gt 0 -or @($failed | Where-Object { "$($_.FullyQualifiedErrorId)," -match $stops }).Count -gt 0
$hasSent = $sum.saved -gt 0 -or $sum.pending -gt 0 -or $sum.failed -gt 0

$outcome = if ($isStopped) { 'SpendingStopped' }
elseif ($sum.failed -gt 0 -or ($sum.refused -gt 0 -and $hasSent)) { 'SomeFailed' }
elseif ($sum.refused -gt 0) { 'AllRefused' }
elseif ($sum.pending -gt 0) { 'Pending' }
elseif ($sum.saved -gt 0) { 'Saved' }
else { 'NothingToDo' }

$summary = [ordered]@{ outcome = $outcome; exitCode = $exitCodes[$outcome]; runId = $run ? $run.RunId : ''; startedAt = $startedAt }
$summary.durationSeconds = [Math]::Round(([DateTimeOffset]::UtcNow - $startedAt).TotalSeconds, 3)
$summary += $sum
$summary.spentUsd = $run ? $run.Spent : 0
$summary.collectBefore = $pending | Where-Object CollectBefore | ForEach-Object CollectBefore | Sort-Object | Select-Object -First 1
$summary.files = @(@($new) + $collected + $before | ForEach-Object { [ordered]@{ video = $_.VideoPath; output = $_.OutputPath } })
$summary.pendingJobs = @($pending | ForEach-Object {
        [ordered]@{ id = $_.Id; requestId = $_.RequestId; state = "$($_.State)"; video = $_.VideoPath; collectBefore = $_.CollectBefore }
    })
$summary.errors = $errors
$summary.warnings = @($warned | ForEach-Object { "$_" })

$json = ConvertTo-Json $summary -Depth 5
if ($SummaryPath) {
    # Whoever reads it while it is written sees the one before.
    $target = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($SummaryPath)
    [IO.File]::WriteAllText("$target.partial", $json)
    [IO.File]::Move("$target.partial", $target, $true)
}

$json
exit $summary.exitCode
