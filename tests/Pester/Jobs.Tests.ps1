BeforeAll {
    . (Join-Path $PSScriptRoot 'common.ps1')
    Import-Module $Manifest -Force
    $fal = Start-Emulator
}

AfterAll { Stop-Emulator $fal }

Describe 'Jobs' {
    BeforeEach { $scene = New-Scene $fal }

    It 'are sent now and collected later by another process' {
        $sent = Get-ChildItem "$($scene.Clips)/*.mp4" | Invoke-KlingLipSync -NoWait -Tag monday
        $sent.State | Should -Be @('Queued', 'Queued', 'Queued')
        $names = & (Get-Process -Id $PID).Path -NoProfile -Command "
            Import-Module '$Manifest'
            Get-KlingLipSyncJob -Pending -Tag Monday | Wait-KlingLipSyncJob | Save-KlingLipSyncResult -Destination '$($scene.Out)' | ForEach-Object Name"
        $names | Sort-Object | Should -Be @('anna.lipsync.mp4', 'clara.lipsync.mp4', 'david.lipsync.mp4')
        (Get-Ledger $fal).counts.submit | Should -Be 3
        Get-KlingLipSyncJob -Pending | Should -BeNullOrEmpty
    }

    It 'go through the pipe as objects and as ids of both kinds' {
        $job = Invoke-KlingLipSync "$($scene.Clips)/anna.mp4" -NoWait
        ($job | Wait-KlingLipSyncJob).State | Should -Be 'Completed'
        ($job.Id | Wait-KlingLipSyncJob).Id | Should -Be $job.Id
        ($job.RequestId | Get-KlingLipSyncJob).Id | Should -Be $job.Id
        $file = $job | Save-KlingLipSyncResult -Destination $scene.Out
        $file | Should -BeOfType IO.FileInfo
        $null = Save-KlingLipSyncResult $job.Id -Destination $scene.Out
        (Get-Ledger $fal).counts.download | Should -Be 1
        ($job | Invoke-KlingLipSync -Destination $scene.Out).Reused | Should -BeTrue
    }

    It 'are found by what is known of them' {
        $null = Invoke-KlingLipSync "$($scene.Clips)/*.mp4" -Destination $scene.Out -Tag t1
        $null = Invoke-KlingLipSync "$($scene.Clips)/ben.mov" -Tag t2
        Get-KlingLipSyncJob | Should -HaveCount 4
        Get-KlingLipSyncJob -Tag t2 | Should -HaveCount 1
        Get-KlingLipSyncJob -State Saved | Should -HaveCount 3
        Get-KlingLipSyncJob -Newest 2 | Should -HaveCount 2
        (Get-KlingLipSyncJob -VideoPath "$($scene.Clips)/clara.mp4").VideoPath | Should -BeLike '*clara.mp4'
        Get-KlingLipSyncJob -After (Get-Date).AddHours(1) | Should -BeNullOrEmpty
        Get-KlingLipSyncJob -Before (Get-Date).AddHours(1) | Should -HaveCount 4
    }

    It 'show as a table with cost and source' {
        $null = Invoke-KlingLipSync "$($scene.Clips)/david.mp4" -Destination $scene.Out
        $table = Get-KlingLipSyncJob | Out-String
        $table | Should -Match 'Id\s+State\s+Time\s+USD\s+Source'
        $table | Should -Match 'Saved\s+\d+ s old\s+0\.14 david\.mp4'
    }

    It 'complete by Tab' {
        $job = Invoke-KlingLipSync "$($scene.Clips)/anna.mp4" -NoWait
        $line = 'Get-KlingLipSyncJob -Id '
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Contain $job.Id
    }

    It 'are named by an error when nobody knows them' {
        $null = Get-KlingLipSyncJob nobody -ErrorVariable failed -ErrorAction SilentlyContinue
        Assert-Complete $failed[0] JobNotFound ObjectNotFound
        $failed[0].TargetObject | Should -Be 'nobody'
    }

    It 'detach at the timeout and go on' {
        Add-Fault $fal @{ route = 'stream'; kind = 'slow-headers'; milliseconds = 3000 }
        $null = Invoke-KlingLipSync "$($scene.Clips)/anna.mp4" -Timeout 0.2 -ErrorVariable failed -ErrorAction SilentlyContinue
        Assert-Complete $failed[0] WaitTimeout OperationTimeout
        ($failed[0].TargetObject | Wait-KlingLipSyncJob).State | Should -Be 'Completed'
    }
}

Describe 'Watching' {
    BeforeAll { $slow = Start-Emulator '--queue-seconds', '0.5', '--run-seconds', '2' }
    AfterAll { Stop-Emulator $slow }
    BeforeEach { $scene = New-Scene $slow }

    It 'tells each change, by parameter' {
        $job = Invoke-KlingLipSync "$($scene.Clips)/anna.mp4" -NoWait
        $updates = Watch-KlingLipSyncJob $job.Id -IncludeLog
        $updates | Should -BeOfType KlingLipSync.LipSyncJobUpdate
        $updates.Id | Select-Object -Unique | Should -Be $job.Id
        $updates[-1].State | Should -Be 'Completed'
        $updates.Log.Message | Should -Contain 'Progress: 50 %'
        $updates.Log.Message | Select-Object -Unique | Should -HaveCount $updates.Log.Count
        $table = $updates | Out-String -Width 200
        $table | Should -Match 'Id\s+Time\s+Elapsed\s+State\s+Ahead\s+Log'
        $table | Should -Match "$($job.Id)\s+\d\d:\d\d:\d\d\s+\d+ s\s+Running\s+Progress: 50 %"
    }

    It 'goes through the pipe and on' {
        $files = Invoke-KlingLipSync "$($scene.Clips)/*.mp4" -NoWait | Watch-KlingLipSyncJob | Where-Object State -EQ Completed |
            Save-KlingLipSyncResult -Destination $scene.Out
        $files | Should -HaveCount 3
    }

    It 'ends with Select-Object -First, and the job goes on' {
        $job = Invoke-KlingLipSync "$($scene.Clips)/anna.mp4" -NoWait
        $first = $job | Watch-KlingLipSyncJob | Select-Object -First 1
        $first.State | Should -BeIn 'Queued', 'Running'
        ($job | Wait-KlingLipSyncJob).State | Should -Be 'Completed'
        (Get-Ledger $slow).counts.cancel | Should -Be 0
    }

    It 'puts the runner''s log among the verbose lines and on the job' {
        $lines = $null
        $job = Invoke-KlingLipSync "$($scene.Clips)/anna.mp4" -IncludeLog -Verbose 4>&1 | Tee-Object -Variable lines |
            Where-Object { $_ -is [KlingLipSync.LipSyncJob] }
        $job.Log[0].Message | Should -Be 'Downloading the inputs'
        $job.Log[0].Timestamp | Should -BeOfType DateTimeOffset
        $told = $lines | Where-Object { $_ -is [Management.Automation.VerboseRecord] } | ForEach-Object Message
        $told -match "^$($job.Id) " | Should -Be ($job.Log | ForEach-Object { "$($job.Id) $_" })
    }
}

Describe 'A job that waits in line' {
    BeforeAll { $busy = Start-Emulator '--concurrency', '1', '--run-seconds', '30' }
    AfterAll { Stop-Emulator $busy }

    It 'is removed by Stop-KlingLipSyncJob and costs nothing' {
        $scene = New-Scene $busy
        $jobs = foreach ($name in 'anna', 'clara') { Invoke-KlingLipSync "$($scene.Clips)/$name.mp4" -NoWait }
        $stopped = $jobs[1] | Stop-KlingLipSyncJob -Confirm:$false
        $stopped.State, $stopped.CancelOutcome, $stopped.Billed | Should -Be @('Cancelled', 'Removed', 'No')
        ($jobs[0] | Stop-KlingLipSyncJob -WhatIf) | Should -BeNullOrEmpty
        (Get-Ledger $busy).counts.cancel | Should -Be 1
    }
}

Describe 'A session' {
    BeforeEach { $scene = New-Scene $fal }

    It 'is connected with a SecureString and forgets it' {
        $env:FAL_KEY = $null
        $key = ConvertTo-SecureString 'demo:demo' -AsPlainText -Force
        $connection = Connect-KlingLipSync -ApiKey $key -StorePath (Join-Path $scene.Folder mine)
        $connection.KeyId | Should -Be 'demo'
        $connection | Out-String | Should -Not -Match 'demo:demo'
        $null = Invoke-KlingLipSync "$($scene.Clips)/anna.mp4" -NoWait
        Join-Path $scene.Folder mine/store.db | Should -Exist
        Disconnect-KlingLipSync
        { Invoke-KlingLipSync "$($scene.Clips)/anna.mp4" -ErrorAction Stop } | Should -Throw -ErrorId 'NoApiKey,*'
    }

    It 'proves a wrong key wrong without spending' {
        { Connect-KlingLipSync -ApiKey (ConvertTo-SecureString 'demo:wrong' -AsPlainText -Force) -ErrorAction Stop } | Should -Throw -ErrorId 'ApiKeyRejected,*'
    }
}
