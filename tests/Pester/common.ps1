# What the tests share: the module that Run.ps1 names, else the built one, a local fal of their own, a store and media of their own.
Set-StrictMode -Version Latest

$script:Root = [IO.Path]::GetFullPath((Join-Path $PSScriptRoot '../..'))
$script:Manifest = $env:KLINGLIPSYNC_MODULE ? $env:KLINGLIPSYNC_MODULE : (Join-Path $Root 'out/KlingLipSync/KlingLipSync.psd1')
$script:Clips = Join-Path $Root 'examples/Quickstart/clips'

# The machine's own key and store must not stand in for the tests'.
'FAL_KEY', 'FAL_KEY_ID', 'FAL_KEY_SECRET', 'FAL_RUN_HOST', 'FAL_QUEUE_RUN_HOST', 'KLINGLIPSYNC_ENDPOINT', 'KLINGLIPSYNC_HOME', 'KLINGLIPSYNC_MACHINE', 'KLINGLIPSYNC_HORIZON_SECONDS' |
    ForEach-Object { Remove-Item "env:$_" -ErrorAction Ignore }

# One of the sample clips is warned about. What a test means to see it asks for.
$PSDefaultParameterValues = @{ '*-KlingLipSync*:WarningAction' = 'SilentlyContinue' }

function Start-Emulator {
    param([string[]] $Option = @('--queue-seconds', '0', '--run-seconds', '0.05'))

    $dll = Get-ChildItem (Join-Path $Root 'src/KlingLipSync.Emulator/bin/*/net10.0/KlingLipSync.Emulator.dll') |
        Sort-Object LastWriteTimeUtc | Select-Object -Last 1
    if (-not $dll) {
        throw "The emulator is not built. Run 'dotnet build' in '$Root'."
    }

    $start = [Diagnostics.ProcessStartInfo]::new('dotnet')
    foreach ($word in @($dll.FullName, '--port', '0', '--ffmpeg', 'off') + $Option) {
        $start.ArgumentList.Add($word)
    }

    $start.RedirectStandardInput = $true
    $start.RedirectStandardOutput = $true
    $start.RedirectStandardError = $true
    $process = [Diagnostics.Process]::Start($start)
    [pscustomobject]@{
        Process = $process
        Url     = ($process.StandardOutput.ReadLine() | ConvertFrom-Json).url
    }
}

function Stop-Emulator($Emulator) {
    $Emulator.Process.StandardInput.Close()
    if (-not $Emulator.Process.WaitForExit(5000)) {
        $Emulator.Process.Kill()
    }
}

function Get-Ledger($Emulator) {
    Invoke-RestMethod "$($Emulator.Url)/_emulator/ledger"
}

function Add-Fault($Emulator, [hashtable[]] $Fault) {
    $null = Invoke-RestMethod "$($Emulator.Url)/_emulator/faults" -Method Post -ContentType application/json -Body (ConvertTo-Json @($Fault))
}

# A store and a folder with the sample clips for one test; the emulator forgets what was before.
function New-Scene($Emulator, [string] $Name = [guid]::NewGuid().ToString('N')) {
    $folder = (New-Item (Join-Path $TestDrive $Name) -ItemType Directory).FullName
    Copy-Item $Clips (Join-Path $folder 'clips') -Recurse
    Get-ChildItem (Join-Path $folder 'clips') -Include 'tiny.*', '*.md', '*.sh' -Recurse | Remove-Item
    if ($Emulator) {
        $null = Invoke-RestMethod "$($Emulator.Url)/_emulator/reset" -Method Post
        $null = Invoke-RestMethod "$($Emulator.Url)/_emulator/faults" -Method Delete
        $env:KLINGLIPSYNC_ENDPOINT = $Emulator.Url
    }

    $env:FAL_KEY = 'demo:demo'
    $env:KLINGLIPSYNC_HOME = Join-Path $folder 'store'
    Disconnect-KlingLipSync
    [pscustomobject]@{
        Folder = $folder
        Clips  = Join-Path $folder 'clips'
        Out    = Join-Path $folder 'out'
        Store  = $env:KLINGLIPSYNC_HOME
    }
}

function Assert-Complete($ErrorRecord, [string] $Id, [string] $Category) {
    $ErrorRecord.FullyQualifiedErrorId | Should -BeLike "$Id,*"
    $ErrorRecord.CategoryInfo.Category | Should -Be $Category
    $ErrorRecord.TargetObject | Should -Not -BeNullOrEmpty
    $ErrorRecord.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
}
