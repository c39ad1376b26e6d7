# Sends clips and sounds and does not wait for the results, after one small pair that warms the process up.
. $env:BENCH_METER
Import-Module $env:BENCH_MODULE
$null = Invoke-KlingLipSync -LiteralPath "$env:BENCH_WARM/clip.mp4" -NoWait
$done = Measure-Work { Invoke-KlingLipSync -Path "$env:BENCH_CLIPS/*.mp4" -AudioPath $env:BENCH_SOUND -NoWait -ThrottleLimit 8 }
Assert-Count @($done).Count ([int] $env:BENCH_JOBS)
Write-Figures
