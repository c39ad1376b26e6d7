BeforeAll {
    . (Join-Path $PSScriptRoot 'common.ps1')
    Import-Module $Manifest -Force
    $fal = Start-Emulator
    $slow = Start-Emulator '--concurrency', '1', '--run-seconds', '600'
    $rendering = $PSStyle.OutputRendering

    # One job saved, one in line, and one that fal has failed.
    function New-JobSet($Scene) {
        $null = Invoke-KlingLipSync "$($Scene.Clips)/anna.mp4" -Destination $Scene.Out -Tag first
        Get-ChildItem "$($Scene.Clips)/clara.*" | Rename-Item -NewName { "noface$($_.Extension)" }
        $null = Invoke-KlingLipSync "$($Scene.Clips)/noface.mp4" -ErrorAction SilentlyContinue
        $env:KLINGLIPSYNC_ENDPOINT = $slow.Url
        $null = Invoke-KlingLipSync "$($Scene.Clips)/david.mp4" -NoWait
        Get-KlingLipSyncJob -Local
    }

    function Get-Width([string] $Text) {
        ($Text -split '\r?\n' | Measure-Object -Maximum Length).Maximum
    }
}

AfterAll {
    Stop-Emulator $fal
    Stop-Emulator $slow
}

Describe 'Jobs on the screen' {
    BeforeAll {
        $scene = New-Scene $fal
        $jobs = New-JobSet $scene
        $saved, $failed, $queued = foreach ($state in 'Saved', 'Failed', 'Queued') { $jobs | Where-Object State -EQ $state }
    }

    AfterEach { $PSStyle.OutputRendering = $rendering }

    It 'are a table that 80 columns hold' {
        $table = $jobs | Format-Table | Out-String -Width 80
        $table | Should -Match 'Id\s+State\s+Time\s+USD\s+Source'
        $table | Should -Match "$($saved.Id)\s+Saved\s+\d+ (s|min) old\s+0\.07 anna\.mp4"
        $table | Should -Match "$($queued.Id)\s+Queued\s+\d+ min left\s+0\.14 david\.mp4"
        Get-Width $table | Should -BeLessOrEqual 80
    }

    It 'are grouped by state, in the order of a job''s life' {
        $groups = $jobs | Sort-Object State | Format-Table -View State | Out-String -Width 80
        $groups | Should -Match '(?s)State: Queued.*david\.mp4.*State: Saved.*anna\.mp4.*State: Failed.*noface\.mp4\s+\S'
        ([regex]::Matches($groups, 'State: ')).Count | Should -Be 3
        Get-Width $groups | Should -BeLessOrEqual 80
    }

    It 'are a list of what is known, with nothing that is empty' {
        $list = $saved | Format-List | Out-String -Width 200
        foreach ($line in "Id +: $($saved.Id)", "RequestId +: $($saved.RequestId)", 'State +: Saved', 'Source +: anna\.mp4', 'Billed +: Yes', 'Tag +: first', 'OutputPath +: .*anna\.lipsync\.mp4') {
            $list | Should -Match $line
        }

        $list | Should -Not -Match 'ErrorType|CollectBefore|QueuePosition|CancelOutcome|Shown'
        $failed | Format-List | Out-String -Width 200 | Should -Match '(?s)State +: Failed.*ErrorType +: \S.*ErrorMessage +: \S'
        $queued | Format-List | Out-String -Width 200 | Should -Match 'CollectBefore +: .*\(\d+ min left\)'
        $queued | Format-List | Out-String -Width 200 | Should -Not -Match 'QueuePosition|BillableUnits'
        $next = [KlingLipSync.LipSyncJob]@{ Id = 'a'; Endpoint = 'fal'; KeyId = 'k'; QueuePosition = 0; BillableUnits = 0 }
        $next | Format-List | Out-String -Width 200 | Should -Match '(?s)BillableUnits +: 0\b.*QueuePosition +: 0\b'
    }

    It 'are told apart by colour where the session shows colours' {
        $PSStyle.OutputRendering = 'Ansi'
        $table = $jobs | Out-String -Width 80
        $table | Should -Match ([regex]::Escape("$($PSStyle.Foreground.Green)Saved$($PSStyle.Reset)"))
        $table | Should -Match ([regex]::Escape("$($PSStyle.Foreground.Red)Failed$($PSStyle.Reset)"))
        $PSStyle.OutputRendering = 'PlainText'
        $saved.ShownState | Should -Be 'Saved'
        $jobs | Out-String | Should -Not -Match "`e"
        $jobs | Sort-Object State | Format-Table -View State | Out-String | Should -Not -Match "`e"
    }

    It 'are plain text where they are redirected or nobody wants colours' {
        $script = "Import-Module '$Manifest'; `$env:KLINGLIPSYNC_HOME = '$($scene.Store)'; Get-KlingLipSyncJob -Local"
        $pwsh = (Get-Process -Id $PID).Path
        $redirected = & $pwsh -NoProfile -Command $script
        $redirected -join "`n" | Should -Match 'Saved\s+\d+ (s|min) old'
        $redirected -match '\.mp4' -match "`e" | Should -BeNullOrEmpty
        $env:NO_COLOR = '1'
        try {
            & $pwsh -NoProfile -Command "$script | Out-String" | Where-Object { $_ -match "`e" } | Should -BeNullOrEmpty
        }
        finally { $env:NO_COLOR = $null }
    }

    It 'show times as the user''s culture writes them, and amounts the same everywhere' {
        $culture = [cultureinfo]::CurrentCulture
        try {
            [cultureinfo]::CurrentCulture = 'de-DE'
            $saved | Format-List | Out-String -Width 200 | Should -Match ('CreatedAt +: ' + [regex]::Escape($saved.CreatedAt.ToLocalTime().ToString('G')))
            $saved.CreatedAt.ToLocalTime().ToString('G') | Should -Match '^\d\d\.\d\d\.\d{4} '
            $jobs | Out-String | Should -Match '0\.07 anna\.mp4'
        }
        finally { [cultureinfo]::CurrentCulture = $culture }
    }

    It 'are shown the same in strict mode and after the module was imported again' {
        Set-StrictMode -Version Latest
        $before = $jobs | Select-Object Id, State, Source | Out-String
        Import-Module $Manifest -Force
        Import-Module $Manifest -Force
        $Error.Clear()
        $jobs | Format-Table | Out-String | Should -Match 'anna\.mp4'
        $jobs | Format-Wide | Out-String | Should -Match 'anna\.mp4'
        $jobs | Select-Object Id, State, Source | Out-String | Should -Be $before
        $Error | Should -BeNullOrEmpty
    }

    It 'sort by age, and by what a state means' {
        ($jobs | Sort-Object).Id | Should -Be ($jobs | Sort-Object CreatedAt).Id
        ($jobs | Sort-Object State).State | Should -Be @('Queued', 'Saved', 'Failed')
        ($jobs | Sort-Object Age).Id | Should -Be ($jobs | Sort-Object CreatedAt -Descending).Id
        ($jobs | Where-Object TimeLeft -GT 0).Id | Should -Be $queued.Id
        ($jobs | Measure-Object Cost -Sum).Sum | Should -BeGreaterThan 0
    }

    It 'are grouped and compared by what they are' {
        ($jobs | Group-Object State -NoElement | Sort-Object Name).Name | Should -Be @('Failed', 'Queued', 'Saved')
        Compare-Object $jobs (Get-KlingLipSyncJob -Local) | Should -BeNullOrEmpty
        (Compare-Object $jobs ($jobs | Select-Object -First 2)).InputObject.Id | Should -Be $jobs[2].Id
        ($jobs + $jobs | Sort-Object -Unique).Count | Should -Be 3
    }

    It 'give their file to Get-Item, and nothing where there is none' {
        ($saved | Get-Item).FullName | Should -Be $saved.OutputPath
        Push-Location Env:
        try { ($saved | Get-Item).FullName | Should -Be $saved.OutputPath }
        finally { Pop-Location }
        $queued | Get-Item -ErrorVariable none -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $none | Should -Not -BeNullOrEmpty
    }

    It 'look the same when they come back from a file' {
        $file = Join-Path $scene.Folder jobs.xml
        $jobs | Export-Clixml $file
        $back = Import-Clixml $file
        $back[0].PSTypeNames[0] | Should -Be 'Deserialized.KlingLipSync.LipSyncJob'
        $back | Out-String | Should -Match "$($saved.Id)\s+Saved\s+\d+ (s|min) old\s+0\.07 anna\.mp4"
        $back | Out-String | Should -Match "$($queued.Id)\s+Queued\s+\d+ min left\s+0\.14 david\.mp4"
        $back | Format-List | Out-String | Should -Match 'CollectBefore +: .*\(\d+ min left\)'
        ($back | Sort-Object).Id | Should -Be ($jobs | Sort-Object).Id
        ($back | Get-Item -ErrorAction SilentlyContinue).FullName | Should -Be $saved.OutputPath
        ($back | Get-KlingLipSyncJob -Local).Id | Should -Be $jobs.Id
        $back | Get-Member -MemberType NoteProperty | ForEach-Object Name | Where-Object { $_ -match '^(Shown|PSPath)' } | Should -BeNullOrEmpty
    }

    It 'look the same when they come back from a background job' {
        $back = Start-Job { Import-Module $using:Manifest; $env:KLINGLIPSYNC_HOME = $using:scene.Store; Get-KlingLipSyncJob -Local } |
            Receive-Job -Wait -AutoRemoveJob
        $back | Out-String | Should -Match "$($saved.Id)\s+Saved\s+\d+ (s|min) old\s+0\.07 anna\.mp4"
        $back | Sort-Object State | Format-Table -View State | Out-String | Should -Match '(?s)State: Queued.*State: Saved.*State: Failed'
    }

    It 'are tables and lists for a spreadsheet and a program, without what only the screen needs' {
        $jobs | ConvertTo-Csv | Should -Not -Match 'Shown|PSPath'
        $jobs | ConvertTo-Json -WarningAction Ignore | Should -Not -Match 'Shown|PSPath'
        $jobs | Select-Object * | Get-Member -MemberType NoteProperty | ForEach-Object Name | Should -Contain 'Age'
    }

    It 'go through a table of the user''s own to Invoke- as the clips they were made of' {
        $env:KLINGLIPSYNC_ENDPOINT = $fal.Url
        $table = Join-Path $scene.Folder jobs.csv
        $saved | Select-Object *, PSPath | Export-Csv $table
        $submitted = (Get-Ledger $fal).counts.submit
        (Import-Csv $table | Invoke-KlingLipSync -Destination $scene.Out).Reused | Should -BeTrue
        (Get-Ledger $fal).counts.submit | Should -Be $submitted
    }
}

Describe 'The other objects on the screen' {
    BeforeEach { $scene = New-Scene $fal }
    AfterEach { $PSStyle.OutputRendering = $rendering }

    It 'tell of media in 80 columns, reason and all' {
        Copy-Item (Join-Path $Clips tiny.mp4) $scene.Clips
        $reports = Get-KlingLipSyncMedia "$($scene.Clips)/*.mp4"
        $table = $reports | Out-String -Width 80
        $table | Should -Match 'Refuse\s+3\.000 640x360\s+0\.07 tiny\.mp4\s+is 640x360'
        Get-Width $table | Should -BeLessOrEqual 80
        $list = $reports | Where-Object Verdict -EQ Refuse | Format-List | Out-String -Width 200
        $list | Should -Match '(?s)Verdict +: Refuse.*Reasons +: tiny\.mp4 is 640x360.*Remedies +: ffmpeg.*Bytes +: \d+ kB'
        $reports | Format-Wide | Out-String | Should -Match 'tiny\.mp4'
        $PSStyle.OutputRendering = 'Ansi'
        $reports | Out-String | Should -Match ([regex]::Escape("$($PSStyle.Foreground.Red)Refuse$($PSStyle.Reset)"))
    }

    It 'tell of media that come back from a file' {
        $file = Join-Path $scene.Folder reports.xml
        Get-KlingLipSyncMedia "$($scene.Clips)/anna.mp4" | Export-Clixml $file
        Import-Clixml $file | Out-String -Width 200 | Should -Match 'Fit\s+4\.000 1280x720\s+0\.07 anna\.mp4'
        (Import-Clixml $file | Invoke-KlingLipSync -Destination $scene.Out).State | Should -Be Saved
    }

    It 'tell of budgets in 80 columns, and of what a run came to' {
        $budget = Set-KlingLipSyncBudget 3 Day -PassThru
        $budget | Out-String -Width 80 | Should -Match 'Day\s+3\.00\s+0\.00\s+0\.00\s+3\.00\s+\d{4}-\d\d-\d\d 00:00:00Z\s+demo'
        $budget | Export-Clixml (Join-Path $scene.Folder budget.xml)
        Import-Clixml (Join-Path $scene.Folder budget.xml) | Out-String -Width 200 | Should -Be ($budget | Out-String -Width 200)
        $budget | Format-List | Out-String | Should -Match '(?s)PeriodStart +: \d{4}-\d\d-\d\d 00:00:00Z.*KeyId +: demo'
        (Get-KlingLipSyncBudget).TimeLeft | Should -BeLessThan ([timespan]::FromDays(1.1))
        $null = Invoke-KlingLipSync "$($scene.Clips)/anna.mp4" -Destination $scene.Out -InformationVariable told
        ($told | Where-Object Tags -Contain 'KlingLipSync.Run').MessageData | Format-List | Out-String | Should -Match '(?s)Saved +: 1.*Spent +: 0.07'
    }

    It 'tell of what was not sent by the names of its files' {
        Remove-Item "$($scene.Clips)/ben.mp3"
        $null = Invoke-KlingLipSync "$($scene.Clips)/ben.mov" -Tag mine -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[0].TargetObject | Out-String -Width 80 | Should -Match 'ben\.mov\s+mine'
    }
}
