# Pairs from files to saved results. What the process holds before the command is idle.
. $env:BENCH_METER
Import-Module $env:BENCH_MODULE
$process.Refresh()
$figures['idleMiB'] = $process.WorkingSet64 / 1MB
$count = 0
Measure-Work { Invoke-KlingLipSync -Path "$env:BENCH_CLIPS/*.mp4" -Destination $env:BENCH_OUT -ThrottleLimit $env:BENCH_AT_ONCE } | ForEach-Object { $count++ }
Assert-Count $count ([int] $env:BENCH_JOBS)
Write-Figures
