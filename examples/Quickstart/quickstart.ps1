<#
.SYNOPSIS
    Lip-syncs the sample clips with a local stand-in for fal: check and quote, batch, save, and the same command once more.
.DESCRIPTION
    Needs no fal account and pays nothing. Run `dotnet build` first, then `pwsh examples/Quickstart/quickstart.ps1`;
    or `dotnet run --project examples/Quickstart`, which needs no pwsh. That one opens the bare engine, so this script
    uses nothing beyond Microsoft.PowerShell.Core. It exits with 1 when anything was not as it should be.
.PARAMETER ClipPath
    The folder of the clips and sounds. Clips named tiny.* are expected to be refused.
.PARAMETER OutputPath
    The folder that takes a new folder for each run.
#>
[CmdletBinding()]
param(
    [string] $ClipPath = [IO.Path]::Combine($PSScriptRoot, 'clips'),
    [string] $OutputPath = [IO.Path]::Combine($PSScriptRoot, 'out')
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$root = [IO.Path]::GetFullPath([IO.Path]::Combine($PSScriptRoot, '..', '..'))
$run = [IO.Path]::Combine($OutputPath, [datetime]::Now.ToString('yyyyMMdd-HHmmss', [cultureinfo]::InvariantCulture) + "-$PID")
$wrong = [Collections.Generic.List[string]]::new()

function Assert-True([bool] $Condition, [string] $Claim) {
    if ($Condition) {
        "  as it should be: $Claim"
    }
    else {
        $wrong.Add($Claim)
        "  NOT AS IT SHOULD BE: $Claim"
    }
}

function Find-Built([string] $Description, [string[]] $Candidate) {
    $found = $Candidate | Where-Object { [IO.File]::Exists($_) } | ForEach-Object { [IO.FileInfo] $_ }
    if (-not $found) {
        throw "$Description is not built yet. Run 'dotnet build' in '$root' first."
    }

    # Of a Debug and a Release build, the younger.
    $newest = $null
    foreach ($file in $found) {
        if ($null -eq $newest -or $file.LastWriteTimeUtc -gt $newest.LastWriteTimeUtc) {
            $newest = $file
        }
    }

    $newest.FullName
}

function Start-LocalFal {
    $dll = Find-Built 'The emulator' @('Debug', 'Release' | ForEach-Object {
            [IO.Path]::Combine($root, 'src', 'KlingLipSync.Emulator', 'bin', $_, 'net10.0', 'KlingLipSync.Emulator.dll')
        })
    $start = [Diagnostics.ProcessStartInfo]::new('dotnet')
    foreach ($word in $dll, '--port', '0', '--key', 'demo:demo') {
        $start.ArgumentList.Add($word)
    }

    $start.RedirectStandardInput = $true
    $start.RedirectStandardOutput = $true
    $start.RedirectStandardError = $true
    [Diagnostics.Process]::Start($start)
}

function Get-Ledger {
    $http = [Net.Http.HttpClient]::new()
    try {
        [Text.Json.JsonDocument]::Parse($http.GetStringAsync("$url/_emulator/ledger").GetAwaiter().GetResult()).RootElement
    }
    finally {
        $http.Dispose()
    }
}

# What fal's side served for a request, by its hash.
function Get-ServedHash([string] $RequestId) {
    foreach ($request in (Get-Ledger).GetProperty('requests').EnumerateArray()) {
        if ($request.GetProperty('request_id').GetString() -eq $RequestId) {
            $request.GetProperty('output_sha256').GetString()
        }
    }
}

function Get-FileHashText([string] $Path) {
    [Convert]::ToHexString([Security.Cryptography.SHA256]::HashData([IO.File]::ReadAllBytes($Path))).ToLowerInvariant()
}

function Get-LedgerCount([string] $Name) {
    (Get-Ledger).GetProperty('counts').GetProperty($Name).GetInt32()
}

Import-Module (Find-Built 'The module' @([IO.Path]::Combine($root, 'out', 'KlingLipSync', 'KlingLipSync.psd1')))
$local = Start-LocalFal
try {
    $line = $local.StandardOutput.ReadLine()
    if (-not $line) {
        throw "The emulator did not start: $($local.StandardError.ReadToEnd())"
    }

    $url = [Text.Json.JsonDocument]::Parse($line).RootElement.GetProperty('url').GetString()

    ''
    '1. Connect. The key is proved, nothing is spent.'
    '   PS> Connect-KlingLipSync -Endpoint <the local stand-in for fal> -ApiKey $key -StorePath <a folder of this run>'
    $key = [Net.NetworkCredential]::new('', 'demo:demo').SecurePassword
    $connection = Connect-KlingLipSync -Endpoint $url -ApiKey $key -StorePath ([IO.Path]::Combine($run, 'store'))
    "   Connected to $($connection.Endpoint) with the key $($connection.KeyId). The store is in $($connection.StorePath)."

    $batch = @{
        Path        = [IO.Path]::Combine($ClipPath, '*.mp4'), [IO.Path]::Combine($ClipPath, '*.mov')
        Destination = [IO.Path]::Combine($run, 'videos')
        ErrorAction = 'Continue'
    }

    ''
    '2. Check and quote. Each clip is judged with its sound, for free: what fal would refuse is refused here.'
    '   PS> Get-KlingLipSyncMedia clips/*.mp4, clips/*.mov -Pair'
    Get-KlingLipSyncMedia -Path $batch.Path -Pair -OutVariable reports | Out-Default
    '   PS> Measure-KlingLipSyncCost clips/*.mp4, clips/*.mov'
    Measure-KlingLipSyncCost -Path $batch.Path -OutVariable cost | Out-Default
    '   PS> Invoke-KlingLipSync clips/*.mp4, clips/*.mov -Destination videos -WhatIf'
    Invoke-KlingLipSync @batch -WhatIf -ErrorVariable refused
    ''
    Assert-True ((Get-LedgerCount 'initiate') + (Get-LedgerCount 'submit') -eq 0) 'nothing was uploaded or submitted'
    Assert-True ($refused.Count -eq 1 -and $refused[0].FullyQualifiedErrorId -like 'MediaUnfit,*' -and
        $refused[0].TargetObject.VideoPath -like '*tiny.*') 'the unfit clip, and only it, was refused by name'
    Assert-True (@($reports | Where-Object Verdict -eq Refuse).Count -eq 1) 'the report says the same'
    Assert-True ($cost.Cost -eq 0.35 -and $cost.Refused -eq 1) 'the four fit clips cost 0.35 USD'

    ''
    '3. The batch: upload, submit, wait, save. It costs play money here.'
    '   PS> Invoke-KlingLipSync clips/*.mp4, clips/*.mov -Destination videos'
    Invoke-KlingLipSync @batch -ErrorVariable refused -ErrorAction SilentlyContinue -OutVariable jobs -InformationVariable said | Out-Default
    $sum = $said[-1].MessageData
    "   The run's sum: $sum"
    foreach ($record in $refused) {
        "   Refused: $($record.TargetObject): $record"
    }

    foreach ($job in $jobs) {
        "   Saved: $($job.OutputPath)"
    }

    $fit = @([IO.Directory]::GetFiles($ClipPath) | Where-Object { $_ -match '\.(mp4|mov)$' -and $_ -notmatch 'tiny\.' })
    ''
    Assert-True ($jobs.Count -eq $fit.Count -and $sum.Saved -eq $fit.Count) "all $($fit.Count) fit clips were saved"
    Assert-True ($refused.Count -eq 1) 'one clip was refused'
    Assert-True (@($jobs | Where-Object { -not [IO.File]::Exists($_.OutputPath) }).Count -eq 0) 'every file is on disk'
    Assert-True (@($jobs | Where-Object { (Get-FileHashText $_.OutputPath) -ne (Get-ServedHash $_.RequestId) }).Count -eq 0) 'every file is, to the byte, what was served for its own request'
    Assert-True ($sum.Spent -eq $cost.Cost) 'they cost what was quoted'
    Assert-True ((Get-LedgerCount 'submit') -eq $fit.Count) "fal's side booked $($fit.Count) submissions, one a clip"

    ''
    '4. The same command again. It is the recovery after a crash, too: what is paid is not paid twice.'
    '   PS> Invoke-KlingLipSync clips/*.mp4, clips/*.mov -Destination videos'
    Invoke-KlingLipSync @batch -ErrorAction SilentlyContinue -InformationVariable said | ForEach-Object {
        "   $($_.Id) $($_.State), reused: $($_.Reused)"
        if (-not $_.Reused) {
            $wrong.Add("$($_.Id) was not reused")
        }
    }

    ''
    Assert-True ($said[-1].MessageData.Spent -eq 0 -and $said[-1].MessageData.Reused -eq $fit.Count) 'nothing was spent'
    Assert-True ((Get-LedgerCount 'submit') -eq $fit.Count) "fal's side still shows $($fit.Count) submissions"
    ''
    "The files are yours to open: $($batch.Destination)"
}
finally {
    Disconnect-KlingLipSync
    $local.StandardInput.Close()
    if (-not $local.WaitForExit(5000)) {
        $local.Kill()
    }

    $local.Dispose()
}

if ($wrong.Count -gt 0) {
    "$($wrong.Count) things were not as they should be."
    exit 1
}
