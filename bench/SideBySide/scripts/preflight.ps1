# Judges all pairs of a folder, twice: what counts is the second time, when files and code are warm.
. $env:BENCH_METER
Import-Module $env:BENCH_MODULE
for ($i = 0; $i -lt 2; $i++) {
    $reports = Measure-Work { Get-KlingLipSyncMedia -Path "$env:BENCH_CLIPS/*.mp4" -Pair }
    if ($i -eq 0) { $figures['coldMs'] = $figures['ms'] }
}
Assert-Count $reports.Count ([int] $env:BENCH_PAIRS)
Write-Figures
