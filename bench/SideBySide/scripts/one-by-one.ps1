# Jobs over URLs, one after the other, after a few that warm the process up.
. $env:BENCH_METER
Import-Module $env:BENCH_MODULE
$jobs = [int] $env:BENCH_JOBS
$null = New-UrlRow warm 5 | Invoke-KlingLipSync -SkipMediaCheck -ThrottleLimit 1
$rows = New-UrlRow row $jobs
$done = Measure-Work { $rows | Invoke-KlingLipSync -SkipMediaCheck -ThrottleLimit 1 }
Assert-Count $done.Count $jobs
Write-Figures
