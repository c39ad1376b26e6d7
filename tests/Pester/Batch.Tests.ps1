Describe 'Invoke-KlingLipSync' {
    BeforeAll {
        . "$PSScriptRoot/common.ps1"
        Import-Module $manifest
        $kept = Save-TestSurroundings
        $fal = Start-TestFal '--queue-seconds', '0', '--run-seconds', '0.1'
    }

    AfterAll {
        Restore-TestSurroundings $kept
        Stop-TestFal $fal
    }

    BeforeEach {
        $folder = Enter-TestFolder $fal
    }

    Context 'input' {
        It 'takes the files of Get-ChildItem' {
            New-Pair clips a, b, c
            $jobs = Get-ChildItem clips/*.mp4 | Invoke-KlingLipSync -Destination out
            $jobs.State | Should -Be @('Saved', 'Saved', 'Saved')
            (Get-ChildItem out).Name | Sort-Object | Should -Be 'a.lipsync.mp4', 'b.lipsync.mp4', 'c.lipsync.mp4'
            Get-LedgerCount $fal submit | Should -Be 3
        }

        It 'takes a wildcard' {
            New-Pair clips a, b
            (Invoke-KlingLipSync clips/*.mp4 -Destination out).Count | Should -Be 2
        }

        It 'goes on with the other paths when one names nothing' {
            New-Pair clips a
            $jobs = Invoke-KlingLipSync clips/*.mov, clips/*.mp4 -Destination out -ErrorVariable failed -ErrorAction SilentlyContinue
            @($jobs).Count | Should -Be 1
            Assert-Refusal $failed FileNotFound ObjectNotFound
            $failed[0].TargetObject.VideoPath | Should -BeLike '*.mov'
        }

        It 'takes brackets literally with -LiteralPath and from Get-ChildItem' {
            New-Pair clips 'take [1]'
            (Invoke-KlingLipSync -LiteralPath 'clips/take [1].mp4' -Destination out).State | Should -Be Saved
            Test-Path -LiteralPath 'out/take [1].lipsync.mp4' | Should -BeTrue
            (Get-ChildItem clips -Filter *.mp4 | Invoke-KlingLipSync -Destination out).Reused | Should -BeTrue
        }

        It 'takes a table of paths and URLs with empty cells' {
            New-Pair clips a, b
            $video = 'https://media.example/clip.mp4'
            @(
                'VideoPath,VideoUrl,AudioPath,AudioUrl,Destination,Tag'
                'clips/a.mp4,,,,out,first'
                "clips/b.mp4,,clips/a.wav,,out,"
                ",$video,,https://media.example/sound.wav,,third"
            ) | Set-Content batch.csv
            $jobs = Import-Csv batch.csv | Invoke-KlingLipSync
            $jobs.Count | Should -Be 3
            ($jobs | Where-Object VideoUrl).VideoUrl | Should -Be $video
            ($jobs | Where-Object VideoUrl).State | Should -Be Completed
            ($jobs | Where-Object Tag -EQ first).State | Should -Be Saved
            (Get-ChildItem out).Name | Sort-Object | Should -Be 'a.lipsync.mp4', 'b.a.lipsync.mp4'
        }

        It 'makes the sound''s path by a script block' {
            New-Clip "$folder/a.mp4"
            New-Sound "$folder/a.de.wav"
            $job = Get-ChildItem *.mp4 | Invoke-KlingLipSync -AudioPath { $_.FullName -replace '\.mp4$', '.de.wav' } -Destination out
            $job.AudioPath | Should -BeLike '*a.de.wav'
        }

        It 'looks for sounds in -AudioDirectory' {
            $null = New-Item -ItemType Directory clips, sounds
            New-Clip "$folder/clips/a.mp4"
            New-Sound "$folder/sounds/a.wav"
            (Get-ChildItem clips | Invoke-KlingLipSync -AudioDirectory sounds -Destination out).State | Should -Be Saved
        }

        It 'resolves paths from where the user is' {
            New-Pair clips a
            Push-Location clips
            try {
                (Invoke-KlingLipSync a.mp4 -Destination ../out).OutputPath | Should -Be (Join-Path $folder out a.lipsync.mp4)
            }
            finally {
                Pop-Location
            }
        }
    }

    Context 'money' {
        It 'sends no request at all with -WhatIf' {
            New-Pair clips a
            Get-ChildItem clips/*.mp4 | Invoke-KlingLipSync -Destination out -WhatIf | Should -BeNullOrEmpty
            $counts = (Invoke-RestMethod "$($fal.Url)/_emulator/ledger").counts
            ($counts.PSObject.Properties.Value | Measure-Object -Sum).Sum | Should -Be 0
            Test-Path out, $env:KLINGLIPSYNC_HOME | Should -Not -Contain $true
        }

        It 'pays nothing for the same command again' {
            New-Pair clips a, b
            $null = Get-ChildItem clips/*.mp4 | Invoke-KlingLipSync -Destination out
            $again = Get-ChildItem clips/*.mp4 | Invoke-KlingLipSync -Destination out -InformationVariable said
            $again.Reused | Should -Be @($true, $true)
            $said[-1].Tags | Should -Contain KlingLipSync.Run
            $said[-1].MessageData.Spent | Should -Be 0
            Get-LedgerCount $fal submit | Should -Be 2
        }

        It 'sums what it cost' {
            New-Pair clips a, b
            $null = Get-ChildItem clips/*.mp4 | Invoke-KlingLipSync -Destination out -InformationVariable said
            $said[-1].MessageData.Saved | Should -Be 2
            $said[-1].MessageData.Spent | Should -Be 0.14
        }

        It 'sends nothing above -MaxCost' {
            New-Pair clips a, b
            $failure = Get-Terminating { Get-ChildItem clips/*.mp4 | Invoke-KlingLipSync -Destination out -MaxCost 0.1 }
            Assert-Refusal $failure MaxCostExceeded LimitsExceeded
            Assert-NothingSent $fal
        }
    }

    Context 'what is around it' {
        It 'shows jobs as a table' {
            New-Pair clips a
            $text = Invoke-KlingLipSync clips/a.mp4 -Destination out | Out-String -Width 120
            $text | Should -Match 'Id\s+State\s+Time\s+USD\s+Source'
            $text | Should -Match 'Saved\s.*0\.07\s+a\.mp4'
        }

        It 'works, and shows its table, under strict mode' {
            Set-StrictMode -Version Latest
            New-Pair clips a
            Invoke-KlingLipSync clips/a.mp4 -Destination out | Out-String | Should -Match Saved
        }

        It 'works where decimals have a comma' {
            New-Pair clips a
            $before = [cultureinfo]::CurrentCulture
            try {
                [cultureinfo]::CurrentCulture = 'de-DE'
                $job = Invoke-KlingLipSync clips/a.mp4 -Destination out -MaxCost 0.07 -UploadExpiry 90000.5
            }
            finally {
                [cultureinfo]::CurrentCulture = $before
            }

            $job.State | Should -Be Saved
            $job.QuotedCost | Should -Be 0.07
        }

        It 'works the same with and without progress' {
            New-Pair clips a, b
            foreach ($name in 'a', 'b') {
                $ProgressPreference = @{ a = 'SilentlyContinue'; b = 'Continue' }[$name]
                (Invoke-KlingLipSync "clips/$name.mp4" -Destination out).State | Should -Be Saved
            }
        }

        It 'works in several runspaces on one store' {
            New-Pair clips a, b, c
            $states = 'a', 'b', 'c' | ForEach-Object -Parallel {
                Import-Module $using:manifest
                Set-Location $using:folder
                (Invoke-KlingLipSync "clips/$_.mp4" -Destination out).State
            }
            $states | Should -Be @('Saved', 'Saved', 'Saved')
            Get-LedgerCount $fal submit | Should -Be 3
        }
    }
}
