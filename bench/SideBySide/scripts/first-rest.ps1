# The same request by the built-in command, in a fresh process.
. $env:BENCH_METER
$body = '{"video_url":"https://media.example.com/first.mp4","audio_url":"https://media.example.com/first.m4a"}'
$receipt = Measure-Work {
    Invoke-RestMethod "$env:BENCH_URL/queue/fal-ai/kling-video/lipsync/audio-to-video" -Method Post -ContentType application/json -Body $body -Headers @{ Authorization = "Key $env:FAL_KEY" }
}
Assert-Count @($receipt.request_id).Count 1
Write-Figures
