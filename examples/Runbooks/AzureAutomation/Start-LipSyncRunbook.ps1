#Requires -Version 7.4
<#
.SYNOPSIS
    A runbook for Azure Automation: in the sandbox, whose disk is gone after the job, or on a hybrid worker, whose disk stays.

.DESCRIPTION
    Publish it in a runtime environment of PowerShell 7.4 with the module KlingLipSync, beside the runbook Invoke-LipSyncFolder. It
    needs the credential fal: as its user name the key's id, as its password the key's secret.

    On a hybrid worker give -Path and -Destination. The store lies on that worker's disk; run the runbook on that worker alone.

    In the sandbox leave them out, and make the encrypted variable LipSyncContainer: the URL of a blob container with a SAS that may
    read, add, create, write, delete and list. In the container,

    in/             has the clips and their sounds
    out/            takes the results; what is there is not fetched again
    state/          has the store between the jobs, and in-use.json while one is at work

    in-use.json is a lock. Blob storage makes it for one job only; a second one ends with nothing spent. A job that dies, or that
    Azure ends after three hours, leaves it there, and the next ones refuse: the store in the container may not know what was paid
    since, and would pay again. Whoever has looked at fal.ai/dashboard/requests deletes in-use.json, and it goes on. Results and store
    are handed in right after sending, so that all that can be missing is what was sent within the last minute.

    The output is the summary of Invoke-LipSyncFolder.ps1. What somebody has to look at fails the job; an exit code does not reach
    Azure Automation.

.PARAMETER Path
    On a hybrid worker: the folder of clips.
.PARAMETER Destination
    On a hybrid worker: the folder of the results.
.PARAMETER FirstRun
    Begin with an empty store. Without it, a container without a store is refused.
.PARAMETER Budget
    USD that may be spent a day.
.PARAMETER Core
    What is given to Invoke-LipSyncFolder.ps1 as well. It wins over what this runbook gives, such as Budget and Timeout. Places and
    steps are this runbook's own: Path, Destination and, in the sandbox, StorePath, NoWait and CollectOnly are refused.
#>
[CmdletBinding(DefaultParameterSetName = 'Sandbox')]
param(
    [Parameter(Mandatory, ParameterSetName = 'HybridWorker')] [string] $Path,
    [Parameter(Mandatory, ParameterSetName = 'HybridWorker')] [string] $Destination,
    [Parameter(ParameterSetName = 'Sandbox')] [bool] $FirstRun = $false,
    [decimal] $Budget = 20,
    [hashtable] $Core = @{}
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

$own = 'Path', 'Destination'
if ($PSCmdlet.ParameterSetName -eq 'Sandbox') {
    $own += 'StorePath', 'NoWait', 'CollectOnly'
}

$taken = @($own | Where-Object { $Core.ContainsKey($_) })
if ($taken) {
    throw "-Core cannot have $($taken -join ', '): this runbook says that itself. Nothing was sent."
}

# Beside this runbook in Azure, one folder up in the repository.
$runFolder = @('./Invoke-LipSyncFolder.ps1', (Join-Path $PSScriptRoot '../Invoke-LipSyncFolder.ps1')) | Where-Object { Test-Path -LiteralPath $_ } | Select-Object -First 1

$login = Get-AutomationPSCredential -Name fal
$key = [securestring]::new()
foreach ($character in "$($login.UserName):$($login.GetNetworkCredential().Password)".ToCharArray()) {
    $key.AppendChar($character)
}

# The caller's come last, and win.
function Invoke-Folder([hashtable] $Call) {
    $all = @{ ApiKey = $key; Budget = $Budget }
    foreach ($given in $Call, $Core) {
        foreach ($name in $given.Keys) { $all[$name] = $given[$name] }
    }

    & $runFolder @all
    $script:code = $LASTEXITCODE
}

# Nothing to do, and jobs left for the next start, are no failures.
function Assert-GoodEnd {
    if ($code -notin 0, 3, 6) {
        throw "KlingLipSync ended with $code; the summary above says why."
    }
}

if ($PSCmdlet.ParameterSetName -eq 'HybridWorker') {
    Invoke-Folder @{ Path = $Path; Destination = $Destination }
    Assert-GoodEnd
    return
}

$container = [uri](Get-AutomationVariable -Name LipSyncContainer)

function Get-BlobUrl([string] $Name) {
    "$($container.GetLeftPart('Path').TrimEnd('/'))/$($Name -replace '[^/]+', { [uri]::EscapeDataString($_.Value) })$($container.Query)"
}

function Get-BlobName([string] $Prefix) {
    $marker = ''
    do {
        $query = "restype=container&comp=list&prefix=$([uri]::EscapeDataString($Prefix))&marker=$([uri]::EscapeDataString($marker))"
        $answer = Invoke-WebRequest "$($container.GetLeftPart('Path'))?$query&$($container.Query.TrimStart('?'))" -MaximumRetryCount 5
        $page = [Xml.Linq.XDocument]::Load($answer.RawContentStream)
        $page.Descendants('Blob') | ForEach-Object { $_.Element('Name').Value }
        $next = $page.Root.Element('NextMarker')
        $marker = $next ? $next.Value : ''
    } while ($marker)
}

function Save-Blob([string] $Name, [string] $File) {
    Invoke-WebRequest (Get-BlobUrl $Name) -OutFile $File -MaximumRetryCount 5
}

function Send-Blob([string] $Name, [string] $File) {
    $null = Invoke-WebRequest (Get-BlobUrl $Name) -Method Put -InFile $File -Headers @{ 'x-ms-blob-type' = 'BlockBlob' } -MaximumRetryCount 5
}

# The results first: a store that says saved is not to be there without them. Then the files of the store, of one moment: nobody has
# it open between two calls of Invoke-LipSyncFolder.
function Send-Work {
    foreach ($file in Get-ChildItem -LiteralPath $results -File) {
        if ($sent.Add("$($file.Name)|$($file.LastWriteTimeUtc.Ticks)")) {
            Send-Blob "out/$($file.Name)" $file.FullName
        }
    }

    if (-not (Test-Path (Join-Path $store store.db))) {
        return
    }

    Compress-Archive (Join-Path $store 'store.db*') (Join-Path $work store.zip) -Force
    Send-Blob state/store.zip (Join-Path $work store.zip)
}

$work = (New-Item (Join-Path ([IO.Path]::GetTempPath()) "lipsync-$([guid]::NewGuid().ToString('N'))") -ItemType Directory).FullName
$sent = [Collections.Generic.HashSet[string]]::new()
$clips, $results, $store = 'in', 'out', 'store' | ForEach-Object { (New-Item (Join-Path $work $_) -ItemType Directory).FullName }

# The sandboxes are different machines. This name says that the store is handed on among them, one at a time, which the lock sees to.
$env:KLINGLIPSYNC_MACHINE = 'lipsync-runbook'

$lock = @{ 'x-ms-blob-type' = 'BlockBlob'; 'If-None-Match' = '*' }
$answer = Invoke-WebRequest (Get-BlobUrl state/in-use.json) -Method Put -Body (@{ since = Get-Date -Format o } | ConvertTo-Json) -Headers $lock -SkipHttpErrorCheck
if ($answer.StatusCode -in 409, 412) {
    throw 'state/in-use.json is in the container: another job is at work, or one died with the store. Nothing was sent. If none is at work, look at fal.ai/dashboard/requests for what ran, leave those clips out, and delete that blob.'
}

if ($answer.StatusCode -ne 201) {
    throw "The lock state/in-use.json cannot be made ($($answer.StatusCode)). Nothing was sent."
}

$mayUnlock = $true
try {
    $kept = @(Get-BlobName state/)
    if ('state/store.zip' -in $kept) {
        Save-Blob state/store.zip (Join-Path $work store.zip)
        Expand-Archive (Join-Path $work store.zip) $store
    }
    elseif (-not $FirstRun) {
        throw 'There is no state/store.zip in the container. Nothing was sent: without its receipts everything would be paid for again. Start the first job with -FirstRun.'
    }

    $made = @(Get-BlobName out/)
    $blobs = @(Get-BlobName in/)
    $done = $made | ForEach-Object { [IO.Path]::GetFileName($_) -replace '\.lipsync\.mp4$' }
    foreach ($blob in $blobs | Where-Object { [IO.Path]::GetFileNameWithoutExtension($_) -notin $done }) {
        Save-Blob $blob (Join-Path $clips ([IO.Path]::GetFileName($blob)))
    }

    # From here until the store is handed in, its copy in the container is behind.
    $mayUnlock = $false
    Invoke-Folder @{ Path = $clips; Destination = $results; StorePath = $store; NoWait = $true }
    $sendCode = $code
    Send-Work
    $mayUnlock = $true
    Invoke-Folder @{ CollectOnly = $true; Destination = $results; StorePath = $store; Timeout = '02:00:00' }
    Send-Work
}
finally {
    if ($mayUnlock) {
        $null = Invoke-WebRequest (Get-BlobUrl state/in-use.json) -Method Delete -MaximumRetryCount 5
    }

    Remove-Item -LiteralPath $work -Recurse -Force
}

# What sending said counts, unless it went well and collecting did not.
if ($sendCode -notin 0, 3, 6) {
    $code = $sendCode
}

Assert-GoodEnd
