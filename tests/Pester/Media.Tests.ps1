BeforeAll {
    . (Join-Path $PSScriptRoot 'common.ps1')
    Import-Module $Manifest -Force
    $fal = Start-Emulator
}

AfterAll { Stop-Emulator $fal }

Describe 'Media' {
    BeforeEach { $scene = New-Scene $fal }

    It 'are judged file by file, with nothing sent' {
        $reports = Get-ChildItem $scene.Clips | Get-KlingLipSyncMedia
        $reports | Should -HaveCount 8
        $reports.Verdict | Should -Not -Contain 'Refuse'
        ($reports | Where-Object Kind -EQ Clip | Measure-KlingLipSyncCost).Cost | Should -Be 0.35
        (Get-Ledger $fal).counts.PSObject.Properties.Value | Measure-Object -Sum | ForEach-Object Sum | Should -Be 0
    }

    It 'are taken by position, by literal path and by name' {
        Push-Location $scene.Clips
        try {
            Get-KlingLipSyncMedia ./*.mp4 | Should -HaveCount 3
            Copy-Item anna.mp4 'a [1].mp4'
            (Get-KlingLipSyncMedia -LiteralPath 'a [1].mp4').Verdict | Should -Be Fit
            Test-KlingLipSyncMedia anna.mp4, ben.mov | Should -Be @($true, $true)
            (Measure-KlingLipSyncCost ./*.mp4, ./*.mov).Cost | Should -Be 0.42
        }
        finally { Pop-Location }
    }

    It 'show as a table' {
        $table = Get-ChildItem $scene.Clips | Get-KlingLipSyncMedia | Out-String -Width 200
        $table | Should -Match 'Verdict\s+Seconds\s+Size\s+USD\s+Name\s+Reason'
        $table | Should -Match 'Fit\s+4.000 1280x720\s+0.07 anna.mp4'
    }

    It 'show the same under comma decimals and strict mode' {
        $culture = [cultureinfo]::CurrentCulture
        try {
            [cultureinfo]::CurrentCulture = 'de-DE'
            Set-StrictMode -Version Latest
            Get-ChildItem $scene.Clips | Get-KlingLipSyncMedia | Out-String -Width 200 | Should -Match '4\.000 1280x720\s+0\.07'
        }
        finally { [cultureinfo]::CurrentCulture = $culture }
    }

    It 'are refused by the name of what they are, with a line that mends them' {
        Copy-Item (Join-Path $Clips tiny.mp4) $scene.Clips
        $report = Get-KlingLipSyncMedia "$($scene.Clips)/tiny.mp4"
        $report.Verdict | Should -Be Refuse
        $report.Reasons | Should -BeLike '*640x360*'
        $report.Remedies | Should -BeLike 'ffmpeg *'
        Test-KlingLipSyncMedia "$($scene.Clips)/tiny.mp4" | Should -BeFalse
    }

    It 'are mended by the pasted line' -Skip:(-not (Get-Command ffmpeg -ErrorAction Ignore)) {
        $odd = Join-Path $scene.Clips "it's `$small [1].mp4"
        Copy-Item (Join-Path $Clips tiny.mp4) $odd
        $line = (Get-Item -LiteralPath $odd | Get-KlingLipSyncMedia).Remedies[0] -replace '^ffmpeg ', 'ffmpeg -v error '
        & ([scriptblock]::Create($line))
        $LASTEXITCODE | Should -Be 0
        (Get-KlingLipSyncMedia -LiteralPath ($odd -replace '\.mp4$', '.fit.mp4')).Verdict | Should -Be Fit
    }
}

Describe 'Pairs' {
    BeforeEach { $scene = New-Scene $fal }

    It 'are reported with all their faults and piped on without those that have any' {
        Remove-Item "$($scene.Clips)/ben.mp3"
        Copy-Item "$($scene.Clips)/anna.wav" "$($scene.Clips)/left-over.wav"
        $reports = Get-ChildItem "$($scene.Clips)/*" -Include *.mp4, *.mov | Get-KlingLipSyncMedia -Pair -Destination $scene.Out
        $reports | Should -HaveCount 5
        ($reports | Where-Object Verdict -EQ Refuse).Path | Should -BeLike '*ben.mov'
        ($reports | Where-Object Kind -EQ Sound).Path | Should -BeLike '*left-over.wav'
        $jobs = $reports | Where-Object { $_.Kind -eq 'Pair' -and $_.Verdict -ne 'Refuse' } | Invoke-KlingLipSync -WarningAction SilentlyContinue
        $jobs.State | Should -Be @('Saved', 'Saved', 'Saved')
        (Get-Ledger $fal).counts.submit | Should -Be 3
    }

    It 'may lie in a table between check and payment' {
        $table = Join-Path $scene.Folder reports.csv
        Copy-Item (Join-Path $Clips 'tiny.*') $scene.Clips
        Get-ChildItem "$($scene.Clips)/*.mp4" | Get-KlingLipSyncMedia -Pair -Destination $scene.Out | Export-Csv $table
        $jobs = Import-Csv $table | Invoke-KlingLipSync -ErrorVariable failed -ErrorAction SilentlyContinue
        $jobs.State | Should -Be @('Saved', 'Saved', 'Saved')
        $failed | Should -HaveCount 1
        Assert-Complete $failed[0] ReportRefused InvalidData
        $failed[0].TargetObject.VideoPath | Should -BeLike '*tiny.mp4'
        Get-ChildItem "$($scene.Clips)/*.mp4" | Get-KlingLipSyncMedia -Pair -Destination $scene.Out | ConvertTo-Json -Depth 1 -WarningAction Ignore |
            ConvertFrom-Json | Invoke-KlingLipSync -ErrorVariable failed -ErrorAction SilentlyContinue | ForEach-Object Reused | Should -Be @($true, $true, $true)
        Assert-Complete $failed[0] ReportRefused InvalidData
    }

    It 'are made of one clip and several sounds' {
        'de', 'fr' | ForEach-Object { Copy-Item "$($scene.Clips)/anna.wav" "$($scene.Clips)/anna.$_.wav"; Add-Content "$($scene.Clips)/anna.$_.wav" $_ }
        $jobs = Get-Item "$($scene.Clips)/anna.mp4" |
            Invoke-KlingLipSync -AudioPath { (Get-ChildItem "$($_.DirectoryName)/$($_.BaseName).*.wav").FullName } -Destination $scene.Out -WarningAction SilentlyContinue
        $jobs.OutputPath | Split-Path -Leaf | Sort-Object | Should -Be @('anna.anna.de.lipsync.mp4', 'anna.anna.fr.lipsync.mp4')
    }

    It 'are refused where several clips were given the same several sounds' {
        Get-ChildItem "$($scene.Clips)/*.mp4" | Invoke-KlingLipSync -AudioPath "$($scene.Clips)/anna.wav", "$($scene.Clips)/ben.mp3" -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed | Should -HaveCount 3
        Assert-Complete $failed[0] PartnerAmbiguous InvalidArgument
        (Get-Ledger $fal).counts.submit | Should -Be 0
    }

    It 'are sent all the same with -SkipMediaCheck' {
        Copy-Item (Join-Path $Clips 'tiny.*') $scene.Clips
        (Invoke-KlingLipSync "$($scene.Clips)/tiny.mp4" -SkipMediaCheck -NoWait -WarningVariable said -WarningAction SilentlyContinue).State | Should -Be Queued
        $said | Should -BeLike '*640x360*'
        (Get-Ledger $fal).counts.submit | Should -Be 1
    }
}

Describe 'A quote' {
    BeforeEach { $scene = New-Scene $fal }

    It 'tells seconds, price, rounding and the clips just past a step' {
        $cost = Get-ChildItem $scene.Clips | Measure-KlingLipSyncCost
        $cost.Clips, $cost.BilledSeconds, $cost.Cost, $cost.RoundingCost, $cost.Saving | Should -Be @(4, 25, 0.35, 0.112, 0.07)
        $cost.PastStep.Path | Should -BeLike '*david.mp4'
        $cost | Out-String | Should -Match 'PastStep\s+: david.mp4'
    }

    It 'stands at the end of a rehearsal, which makes and sends nothing' {
        $said = pwsh -NoProfile -NonInteractive -Command "
            Import-Module '$Manifest'
            Get-ChildItem '$($scene.Clips)' -Include *.mp4, *.mov -Recurse | Invoke-KlingLipSync -Destination '$($scene.Out)' -WhatIf -WarningAction SilentlyContinue"
        $said[-1] | Should -BeLike '*Pay 0.35 USD for 25 s, of which rounding up to 5 s costs 0.112 USD*4 pairs*'
        Test-Path $scene.Out | Should -BeFalse
        Test-Path $scene.Store | Should -BeFalse
        (Get-Ledger $fal).counts.PSObject.Properties.Value | Measure-Object -Sum | ForEach-Object Sum | Should -Be 0
    }
}
