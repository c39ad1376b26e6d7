# Dot-sourced first by every script. It runs in pwsh and in the small host of the tests, whose engine has the core commands only.
$ErrorActionPreference = 'Stop'
$WarningPreference = 'SilentlyContinue'
$ProgressPreference = 'SilentlyContinue'
$process = [System.Diagnostics.Process]::GetCurrentProcess()
$figures = [System.Collections.Generic.Dictionary[string, object]]::new()
$figures['bareCpu'] = $process.TotalProcessorTime.TotalMilliseconds

function Get-Milliseconds {
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseSingularNouns', '', Justification = 'One number of many milliseconds.')]
    param()

    ([datetime]::UtcNow.Ticks - [datetime]::UnixEpoch.Ticks) / 10000
}

# Runs the work, keeps its time and processor time, and passes its output on.
function Measure-Work([scriptblock] $Work) {
    $process.Refresh()
    $before = $process.TotalProcessorTime
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    & $Work
    $figures['ms'] = $watch.Elapsed.TotalMilliseconds
    $process.Refresh()
    $figures['cpu'] = ($process.TotalProcessorTime - $before).TotalMilliseconds
}

function Write-Figures {
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseSingularNouns', '', Justification = 'All of them, in one file.')]
    param()

    $process.Refresh()
    $figures['peakMiB'] = $process.PeakWorkingSet64 / 1MB
    [System.IO.File]::WriteAllText($env:BENCH_REPORT,
        [System.Text.Json.JsonSerializer]::Serialize[System.Collections.Generic.Dictionary[string, object]]($figures))
}

# Ends the script where a run did not do what it should: a failed run is no measurement.
function Assert-Count([int] $Count, [int] $Expected) {
    if ($Count -ne $Expected) { throw "$Count of $Expected." }
}

function New-UrlRow([string] $Name, [int] $Count) {
    for ($i = 0; $i -lt $Count; $i++) {
        [pscustomobject] @{ VideoUrl = "https://media.example.com/$Name/$i.mp4"; AudioUrl = "https://media.example.com/$Name/$i.m4a" }
    }
}
