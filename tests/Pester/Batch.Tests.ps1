BeforeAll {
    . (Join-Path $PSScriptRoot 'common.ps1')
    Import-Module $Manifest -Force
    $fal = Start-Emulator
}

AfterAll { Stop-Emulator $fal }

Describe 'A batch' {
    BeforeEach { $scene = New-Scene $fal }

    It 'goes through from Get-ChildItem to files' {
        $jobs = Get-ChildItem $scene.Clips -Include *.mp4, *.mov -Recurse | Invoke-KlingLipSync -Destination $scene.Out
        $jobs.Count | Should -Be 4
        $jobs.State | Should -Be @('Saved', 'Saved', 'Saved', 'Saved')
        $ledger = Get-Ledger $fal
        $ledger.counts.submit | Should -Be 4
        foreach ($job in $jobs) {
            $served = $ledger.requests | Where-Object request_id -EQ $job.RequestId
            (Get-FileHash $job.OutputPath).Hash | Should -Be $served.output_sha256
        }
    }

    It 'takes wildcards by position' {
        Push-Location $scene.Clips
        try { $jobs = Invoke-KlingLipSync ./*.mp4 -Destination ../out } finally { Pop-Location }
        $jobs.Count | Should -Be 3
        Get-ChildItem $scene.Out | Should -HaveCount 3
    }

    It 'goes on with the other paths when one of them names nothing' {
        $jobs = Invoke-KlingLipSync "$($scene.Clips)/*.none", "$($scene.Clips)/*.mov" -Destination $scene.Out -ErrorVariable failed -ErrorAction SilentlyContinue
        @($jobs) | Should -HaveCount 1
        @($failed) | Should -HaveCount 1
        Assert-Complete $failed[0] FileNotFound ObjectNotFound
        $failed[0].TargetObject.VideoPath | Should -BeLike '*.none'
    }

    It 'does the same work with progress <_>' -ForEach 'SilentlyContinue', 'Continue' {
        $ProgressPreference = $_
        (Invoke-KlingLipSync "$($scene.Clips)/anna.mp4" -Destination $scene.Out).State | Should -Be Saved
    }

    It 'takes names with brackets, spaces and letters of all kinds' {
        $odd = Join-Path $scene.Clips 'a [1] ünï 試.mp4'
        Copy-Item (Join-Path $scene.Clips anna.mp4) $odd
        Copy-Item -LiteralPath (Join-Path $scene.Clips anna.wav) ([IO.Path]::ChangeExtension($odd, '.wav'))
        (Invoke-KlingLipSync -LiteralPath $odd -Destination $scene.Out).OutputPath | Should -Be (Join-Path $scene.Out 'a [1] ünï 試.lipsync.mp4')
        (Get-Item -LiteralPath $odd | Invoke-KlingLipSync -Destination $scene.Out).Reused | Should -BeTrue
    }

    It 'takes a table of files, URLs and empty cells' {
        @"
VideoPath,VideoUrl,AudioPath,AudioUrl,Destination,Tag
$($scene.Clips)/anna.mp4,,,,$($scene.Out),blue
,https://example.com/v.mp4,,https://example.com/a.mp3,$($scene.Out),
$($scene.Clips)/ben.mov,,$($scene.Clips)/anna.wav,,,
,,,,,
"@ | Set-Content (Join-Path $scene.Folder batch.csv)
        $jobs = Import-Csv (Join-Path $scene.Folder batch.csv) | Invoke-KlingLipSync -ErrorVariable failed -ErrorAction SilentlyContinue
        $jobs | Should -HaveCount 3
        $jobs.Where{ $_.State -eq 'Saved' } | Should -HaveCount 2
        $jobs.Where{ $_.Tag -eq 'blue' }.VideoPath | Should -BeLike '*anna.mp4'
        $failed | Should -HaveCount 1
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'RowIncomplete,*'
    }

    It 'makes the sound of a script block for each clip' {
        $sounds = (New-Item (Join-Path $scene.Folder sounds) -ItemType Directory).FullName
        Get-ChildItem "$($scene.Clips)/*.mp3" | Copy-Item -Destination { Join-Path $sounds "$($_.BaseName).de.mp3" }
        $job = Get-ChildItem "$($scene.Clips)/david.mp4" | Invoke-KlingLipSync -AudioPath { Join-Path $sounds "$($_.BaseName).de.mp3" } -Destination $scene.Out
        $job.AudioPath | Should -BeLike '*david.de.mp3'
        Split-Path $job.OutputPath -Leaf | Should -Be 'david.david.de.lipsync.mp4'
    }

    It 'looks for sounds in another folder' {
        $sounds = (New-Item (Join-Path $scene.Folder sounds) -ItemType Directory).FullName
        Move-Item (Join-Path $scene.Clips anna.wav) $sounds
        (Invoke-KlingLipSync "$($scene.Clips)/anna.mp4" -AudioDirectory $sounds).AudioPath | Should -Be (Join-Path $sounds anna.wav)
    }

    It 'sends nothing at all with -WhatIf, and makes no store' {
        Get-ChildItem "$($scene.Clips)/*.mp4" | Invoke-KlingLipSync -Destination $scene.Out -WhatIf | Should -BeNullOrEmpty
        ((Get-Ledger $fal).counts.PSObject.Properties.Value | Measure-Object -Sum).Sum | Should -Be 0
        $scene.Store | Should -Not -Exist
        $scene.Out | Should -Not -Exist
    }

    It 'pays nothing when it is run again' {
        $null = Get-ChildItem "$($scene.Clips)/*.mp4" | Invoke-KlingLipSync -Destination $scene.Out
        $before = (Get-Ledger $fal).counts | ConvertTo-Json
        $again = Get-ChildItem "$($scene.Clips)/*.mp4" | Invoke-KlingLipSync -Destination $scene.Out -InformationVariable said
        $again.Reused | Should -Be @($true, $true, $true)
        (Get-Ledger $fal).counts | ConvertTo-Json | Should -Be $before
        $sum = $said | Where-Object Tags -Contains 'KlingLipSync.Run'
        $sum.MessageData.Saved, $sum.MessageData.Spent | Should -Be @(3, 0)
    }

    It 'stops at once for Select-Object -First and loses nothing' {
        $watch = [Diagnostics.Stopwatch]::StartNew()
        Add-Fault $fal @{ route = 'stream'; kind = 'slow-headers'; milliseconds = 20000; times = 2 }
        $first = Get-ChildItem "$($scene.Clips)/*.mp4" | Invoke-KlingLipSync -Destination $scene.Out | Select-Object -First 1
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 15
        $first.State | Should -Be 'Saved'
        (Get-ChildItem "$($scene.Clips)/*.mp4" | Invoke-KlingLipSync -Destination $scene.Out).State | Should -Be @('Saved', 'Saved', 'Saved')
        (Get-Ledger $fal).counts.submit | Should -Be 3
    }

    It 'returns within a second or two when it is stopped, and the same command finishes it' {
        Add-Fault $fal @{ route = 'stream'; kind = 'slow-headers'; milliseconds = 20000; times = 9 }
        $shell = [powershell]::Create().AddScript("Import-Module '$Manifest'; Invoke-KlingLipSync '$($scene.Clips)/*.mp4' -Destination '$($scene.Out)'")
        $null = $shell.BeginInvoke()
        $patience = [Diagnostics.Stopwatch]::StartNew()
        while ((Get-Ledger $fal).counts.stream -lt 3 -and $patience.Elapsed.TotalSeconds -lt 30) { Start-Sleep -Milliseconds 50 }
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $shell.Stop()
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 3
        $null = Invoke-RestMethod "$($fal.Url)/_emulator/faults" -Method Delete
        (Invoke-KlingLipSync "$($scene.Clips)/*.mp4" -Destination $scene.Out).State | Should -Be @('Saved', 'Saved', 'Saved')
        (Get-Ledger $fal).counts.submit | Should -Be 3
    }

    It 'works in parallel runspaces and in a thread job' {
        $films, $place = "$($scene.Clips)/*.mp4", $scene.Out
        $jobs = Get-ChildItem $films | ForEach-Object -ThrottleLimit 3 -Parallel {
            Import-Module $using:Manifest
            Invoke-KlingLipSync -LiteralPath $_.FullName -Destination $using:place
        }
        $jobs | Should -HaveCount 3
        $thread = Start-ThreadJob { Import-Module $using:Manifest; Invoke-KlingLipSync $using:films -Destination $using:place }
        ($thread | Receive-Job -Wait -AutoRemoveJob).Reused | Should -Be @($true, $true, $true)
        (Get-Ledger $fal).counts.submit | Should -Be 3
    }

    It 'refuses the whole of what is too dear' {
        { Invoke-KlingLipSync "$($scene.Clips)/*.mp4" -MaxCost 0.2 -ErrorAction Stop } | Should -Throw -ErrorId 'MaxCostExceeded,*'
        (Get-Ledger $fal).counts.submit | Should -Be 0
    }

    It 'speaks the wire''s language under any culture' -ForEach 'de-DE', 'tr-TR' {
        $culture = [cultureinfo]::CurrentCulture
        try {
            [cultureinfo]::CurrentCulture = $_
            (Invoke-KlingLipSync "$($scene.Clips)/anna.mp4" -Destination $scene.Out -StartTimeout 1800.5).QuotedCost | Should -Be 0.07
        }
        finally { [cultureinfo]::CurrentCulture = $culture }
        (Get-Ledger $fal).requests[0].headers.'X-Fal-Request-Start-Timeout' | Should -Be '1800.5'
    }

    It 'finds files on a drive of the session and in its location' {
        $null = New-PSDrive clips FileSystem $scene.Clips -Scope Global
        try {
            Push-Location clips:
            (Invoke-KlingLipSync clips:/anna.mp4 -Destination ./result).OutputPath | Should -Be (Join-Path $scene.Clips 'result/anna.lipsync.mp4')
        }
        finally {
            Pop-Location
            Remove-PSDrive clips
        }
    }

    It 'shows no key in any stream, error or file' {
        $env:FAL_KEY = 'demo:planted-secret-4711'
        # -Debug would make a question of every warning.
        $told = Invoke-KlingLipSync "$($scene.Clips)/*.mp4" -Destination $scene.Out -Verbose -Debug -WarningAction Continue -InformationAction Continue -ErrorAction Continue *>&1 | Out-String -Width 500
        $told += $Error[0] | Format-List * -Force | Out-String -Width 500
        $told | Should -Match 'SpendingStopped'
        $told | Should -Not -Match 'planted-secret'
        Get-ChildItem $scene.Store -Recurse -File | ForEach-Object { [Text.Encoding]::Latin1.GetString([IO.File]::ReadAllBytes($_)) } | Should -Not -Match 'planted-secret'
    }
}
