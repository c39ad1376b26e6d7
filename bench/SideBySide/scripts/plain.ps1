# The three calls by the built-in command, one job after the other, as a plain script has them.
. $env:BENCH_METER
$jobs = [int] $env:BENCH_JOBS
$call = @{ Headers = @{ Authorization = "Key $env:FAL_KEY" } }
$queue = "$env:BENCH_URL/queue/fal-ai/kling-video"
function Invoke-Job([string] $Name) {
    $body = "{`"video_url`":`"https://media.example.com/$Name.mp4`",`"audio_url`":`"https://media.example.com/$Name.m4a`"}"
    $receipt = Invoke-RestMethod "$queue/lipsync/audio-to-video" -Method Post -ContentType application/json -Body $body @call
    while ((Invoke-RestMethod $receipt.status_url @call).status -ne 'COMPLETED') { }
    Invoke-RestMethod $receipt.response_url @call
}

for ($i = 0; $i -lt 5; $i++) { $null = Invoke-Job "warm-$i" }
$done = Measure-Work { for ($i = 0; $i -lt $jobs; $i++) { Invoke-Job "row-$i" } }
Assert-Count $done.Count $jobs
Write-Figures
