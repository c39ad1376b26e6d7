BeforeAll {
    . (Join-Path $PSScriptRoot 'common.ps1')
    Import-Module $Manifest -Force
    $fal = Start-Emulator

    function Get-Offer([string] $Line) {
        (TabExpansion2 $Line $Line.Length).CompletionMatches
    }
}

AfterAll { Stop-Emulator $fal }

Describe 'Tab' {
    BeforeEach {
        $scene = New-Scene $fal
        Push-Location $scene.Folder
    }

    AfterEach {
        Pop-Location
        Remove-PSDrive Media -ErrorAction Ignore
    }

    It 'completes clips and their sounds' {
        (Get-Offer 'Invoke-KlingLipSync clips/a').CompletionText | Should -Be 'clips/anna.mp4'
        (Get-Offer 'Invoke-KlingLipSync clips/anna.mp4 -AudioPath ')[0].CompletionText | Should -Be 'clips/anna.wav'
        (Get-Offer 'Invoke-KlingLipSync clips/ben.mov -AudioPath clips/')[0].CompletionText | Should -Be 'clips/ben.mp3'
    }

    It 'completes on a drive of the user''s own' {
        $null = New-PSDrive Media FileSystem "$($scene.Clips)" -Scope Global
        (Get-Offer 'Invoke-KlingLipSync Media:/a').CompletionText | Should -Be 'Media:/anna.mp4'
        Set-Location Media:
        (Get-Offer 'Invoke-KlingLipSync an').CompletionText | Should -Be 'anna.mp4'
        (Get-KlingLipSyncMedia anna.mp4).Verdict | Should -Be Fit
    }

    It 'completes behind the tilde' {
        $home1 = (Get-PSProvider FileSystem).Home
        try {
            (Get-PSProvider FileSystem).Home = $scene.Folder
            (Get-Offer 'Invoke-KlingLipSync ~/clips/a').CompletionText | Should -Be '~/clips/anna.mp4'
        }
        finally { (Get-PSProvider FileSystem).Home = $home1 }
    }

    It 'is no trouble on another provider' {
        foreach ($place in 'Env:', 'Variable:', 'Function:') {
            Set-Location $place
            $Error.Clear()
            (Get-Offer "Invoke-KlingLipSync FileSystem::$($scene.Clips)/a").CompletionText | Should -Be "FileSystem::$($scene.Clips)/anna.mp4"
            Get-Offer 'Invoke-KlingLipSync ' | Where-Object CompletionText -Like '*.mp4' | Should -BeNullOrEmpty
            Get-Offer 'Invoke-KlingLipSync -Destination ' | Where-Object ResultType -EQ ProviderContainer | Should -BeNullOrEmpty
            $Error | Should -BeNullOrEmpty
        }
    }

    It 'completes what the store knows, in the pipe as well' {
        $job = Invoke-KlingLipSync clips/anna.mp4 -NoWait -Tag 'monday early'
        (Get-Offer 'Get-KlingLipSyncJob -Id ').CompletionText | Should -Be $job.Id
        (Get-Offer "Get-KlingLipSyncJob -Tag 'm").CompletionText | Should -Be "'monday early'"
        (Get-Offer 'Get-KlingLipSyncJob -RunId ').CompletionText | Should -Be $job.RunId
        (Get-Offer 'Get-KlingLipSyncJob -Tag x | Wait-KlingLipSyncJob | Save-KlingLipSyncResult -Destination cl').CompletionText | Should -Be 'clips'
        (Get-Offer 'Get-KlingLipSyncJob -State Unc').CompletionText | Should -Be 'Unconfirmed'
        (Get-Offer 'Get-KlingLipSyncJob -Endpoint ').CompletionText | Should -Be $fal.Url
        (Get-Offer 'Invoke-KlingLipSync -Priority L').CompletionText | Should -Be 'Low'
    }

    It 'completes the placeholder at the cursor' {
        (Get-Offer "Invoke-KlingLipSync -NameTemplate '{Name}-{Da").CompletionText | Should -Be "'{Name}-{Date}'"
    }

    It 'works where names of cmdlets and types are all that a script may use' {
        $told = & (Get-Process -Id $PID).Path -NoProfile -Command "
            Import-Module '$Manifest'
            Set-Location '$($scene.Folder)'
            `$ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'
            (TabExpansion2 'Invoke-KlingLipSync clips/a' 27).CompletionMatches | ForEach-Object CompletionText
            Get-KlingLipSyncMedia clips/anna.mp4 | Out-String -Width 120"
        $told[0] | Should -Be 'clips/anna.mp4'
        $told -join "`n" | Should -Match 'Fit\s+4\.000 1280x720\s+0\.07 anna\.mp4'
    }
}
