# Jobs that take their time, all at once; when each result is in hand.
. $env:BENCH_METER
Import-Module $env:BENCH_MODULE
$jobs = [int] $env:BENCH_JOBS
$null = New-UrlRow warm 1 | Invoke-KlingLipSync -SkipMediaCheck
$rows = New-UrlRow row $jobs
$notices = [System.Collections.Generic.Dictionary[string, double]]::new()
Measure-Work {
    $rows | Invoke-KlingLipSync -SkipMediaCheck -ThrottleLimit $jobs | ForEach-Object { $notices[$_.RequestId] = Get-Milliseconds }
}
Assert-Count $notices.Count $jobs
$figures['notices'] = $notices
Write-Figures
