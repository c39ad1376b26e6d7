# The first job that a fresh process sends.
. $env:BENCH_METER
Import-Module $env:BENCH_MODULE
$row = New-UrlRow first 1
$done = Measure-Work { $row | Invoke-KlingLipSync -SkipMediaCheck -NoWait }
Assert-Count @($done).Count 1
Write-Figures
