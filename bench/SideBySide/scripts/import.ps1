. $env:BENCH_METER
Measure-Work { Import-Module $env:BENCH_IMPORT }
Write-Figures
