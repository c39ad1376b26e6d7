# Dot-sourced in each file's BeforeAll: the module, an emulator, and folders with clips.

$root = Split-Path (Split-Path $PSScriptRoot)
$manifest = Join-Path $root 'out/KlingLipSync/KlingLipSync.psd1'
$samples = Join-Path $root 'examples/Quickstart/clips'

function Start-TestFal([string[]] $Option = @()) {
    $dll = Get-ChildItem (Join-Path $root 'src/KlingLipSync.Emulator/bin/*/net10.0/KlingLipSync.Emulator.dll') |
        Sort-Object LastWriteTimeUtc -Descending | Select-Object -First 1
    if (-not $dll) {
        throw "The emulator is not built yet. Run 'dotnet build' first."
    }

    $start = [Diagnostics.ProcessStartInfo]::new('dotnet')
    @($dll.FullName, '--port', '0', '--key', 'demo:demo', '--ffmpeg', 'off') + $Option | ForEach-Object { $start.ArgumentList.Add($_) }
    $start.RedirectStandardInput = $true
    $start.RedirectStandardOutput = $true
    $start.RedirectStandardError = $true
    $process = [Diagnostics.Process]::Start($start)
    [pscustomobject]@{ Process = $process; Url = ($process.StandardOutput.ReadLine() | ConvertFrom-Json).url }
}

function Stop-TestFal($Fal) {
    if ($Fal) {
        $Fal.Process.StandardInput.Close()
        if (-not $Fal.Process.WaitForExit(5000)) {
            $Fal.Process.Kill()
        }
    }
}

# Each test begins here: an empty folder with a store of its own, and an emulator that has seen nothing.
function Enter-TestFolder($Fal) {
    $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid().ToString('N')))).FullName
    Disconnect-KlingLipSync
    $env:KLINGLIPSYNC_ENDPOINT = $Fal.Url
    $env:FAL_KEY = 'demo:demo'
    $env:KLINGLIPSYNC_HOME = Join-Path $folder 'store'
    $null = Invoke-RestMethod -Method Post "$($Fal.Url)/_emulator/reset"
    Set-Location $folder
    $folder
}

function Save-TestSurroundings {
    $names = 'KLINGLIPSYNC_ENDPOINT', 'KLINGLIPSYNC_HOME', 'FAL_KEY', 'FAL_KEY_ID', 'FAL_KEY_SECRET', 'FAL_RUN_HOST', 'FAL_QUEUE_RUN_HOST'
    $kept = @{ Location = Get-Location; Variable = @{} }
    foreach ($name in $names) {
        $kept.Variable[$name] = [Environment]::GetEnvironmentVariable($name)
        [Environment]::SetEnvironmentVariable($name, $null)
    }

    $kept
}

function Restore-TestSurroundings($Kept) {
    Set-Location $Kept.Location
    foreach ($name in $Kept.Variable.Keys) {
        [Environment]::SetEnvironmentVariable($name, $Kept.Variable[$name])
    }
}

# A clip that equals no other: fal's side and ours tell pairs by their bytes.
function New-Clip([string] $Path) {
    $bytes = [IO.File]::ReadAllBytes((Join-Path $samples 'anna.mp4'))
    $box = [byte[]](0, 0, 0, 24) + [Text.Encoding]::ASCII.GetBytes('free') + [guid]::NewGuid().ToByteArray()
    [IO.File]::WriteAllBytes($Path, $bytes + $box)
}

function New-Sound([string] $Path) {
    Copy-Item -LiteralPath (Join-Path $samples 'anna.wav') -Destination $Path
}

# clips/a.mp4 with clips/a.wav, and so on.
function New-Pair([string] $Folder, [string[]] $Name) {
    $full = (New-Item -ItemType Directory -Force $Folder).FullName
    foreach ($one in $Name) {
        New-Clip (Join-Path $full "$one.mp4")
        New-Sound (Join-Path $full "$one.wav")
    }
}

function Get-LedgerCount($Fal, [string] $Name) {
    (Invoke-RestMethod "$($Fal.Url)/_emulator/ledger").counts.$Name
}

function Assert-NothingSent($Fal) {
    $counts = (Invoke-RestMethod "$($Fal.Url)/_emulator/ledger").counts
    foreach ($name in 'initiate', 'put', 'part', 'complete', 'upload', 'submit') {
        $counts.$name | Should -Be 0 -Because "no request of the kind '$name' may have been sent"
    }
}

# Every error of the module: stable id, category, a target, what happened and what to do.
function Assert-Refusal($Record, [string] $Id, [string] $Category, [string] $Command = 'InvokeKlingLipSync') {
    @($Record).Count | Should -Be 1 -Because "exactly one error was expected, and there are: $($Record -join '; ')"
    $one = @($Record)[0]
    $one.FullyQualifiedErrorId | Should -Be "$Id,KlingLipSync.Commands.${Command}Command"
    $one.CategoryInfo.Category | Should -Be $Category
    $one.TargetObject | Should -Not -BeNullOrEmpty -Because 'an error names what it is about'
    $one.ErrorDetails.Message | Should -Not -BeNullOrEmpty
    $one.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
}

# The error of a script block that ends the command.
function Get-Terminating([scriptblock] $Script) {
    try {
        $null = & $Script
    }
    catch {
        $_
    }
}
