# Jobs over URLs, many at once; the import is part of the work.
. $env:BENCH_METER
$jobs = [int] $env:BENCH_JOBS
$rows = New-UrlRow row $jobs
$done = Measure-Work {
    Import-Module $env:BENCH_MODULE
    $rows | Invoke-KlingLipSync -SkipMediaCheck -ThrottleLimit $env:BENCH_AT_ONCE
}
Assert-Count $done.Count $jobs
Write-Figures
