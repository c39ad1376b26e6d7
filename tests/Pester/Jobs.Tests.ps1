Describe 'Jobs' {
    BeforeAll {
        . "$PSScriptRoot/common.ps1"
        Import-Module $manifest
        $kept = Save-TestSurroundings
        # One run at a time, so that there is a queue.
        $fal = Start-TestFal '--queue-seconds', '0', '--run-seconds', '0.8', '--concurrency', '1'
    }

    AfterAll {
        Restore-TestSurroundings $kept
        Stop-TestFal $fal
    }

    BeforeEach {
        $folder = Enter-TestFolder $fal
    }

    It 'are waited for by pipe' {
        New-Pair clips a
        $job = Invoke-KlingLipSync clips/a.mp4 -NoWait
        $job.State | Should -Be Queued
        ($job | Wait-KlingLipSyncJob).State | Should -Be Completed
    }

    It 'are sent now and collected later' {
        New-Pair clips a, b
        $null = Get-ChildItem clips/*.mp4 | Invoke-KlingLipSync -NoWait -Tag monday
        $files = Get-KlingLipSyncJob -Pending | Wait-KlingLipSyncJob | Save-KlingLipSyncResult -Destination out
        $files | Should -BeOfType System.IO.FileInfo
        $files.Name | Sort-Object | Should -Be 'a.lipsync.mp4', 'b.lipsync.mp4'
        Get-KlingLipSyncJob -Pending | Should -BeNullOrEmpty
        (Get-KlingLipSyncJob -Tag monday).State | Should -Be @('Saved', 'Saved')
        Get-LedgerCount $fal submit | Should -Be 2
    }

    It 'are found by our id and by fal''s' {
        New-Pair clips a
        $job = Invoke-KlingLipSync clips/a.mp4 -NoWait
        (Get-KlingLipSyncJob $job.Id).RequestId | Should -Be $job.RequestId
        (Get-KlingLipSyncJob $job.RequestId -Local).Id | Should -Be $job.Id
    }

    It 'are completed by Tab after -Id' {
        New-Pair clips a
        $job = Invoke-KlingLipSync clips/a.mp4 -NoWait
        foreach ($command in 'Get-KlingLipSyncJob', 'Wait-KlingLipSyncJob', 'Stop-KlingLipSyncJob') {
            $line = "$command -Id "
            (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Contain $job.Id
        }
    }

    It 'are removed while queued, and cost nothing' {
        New-Pair clips a, b
        $first, $second = 'a', 'b' | ForEach-Object { Invoke-KlingLipSync "clips/$_.mp4" -NoWait }
        $stopped = $second | Stop-KlingLipSyncJob
        $stopped.CancelOutcome | Should -Be Removed
        $stopped.State | Should -Be Cancelled
        $stopped.Billed | Should -Be No
        ($first | Wait-KlingLipSyncJob).State | Should -Be Completed
    }

    It 'are not cancelled by -WhatIf' {
        New-Pair clips a
        Invoke-KlingLipSync clips/a.mp4 -NoWait | Stop-KlingLipSyncJob -WhatIf
        Get-LedgerCount $fal cancel | Should -Be 0
    }

    It 'are left within a second by Select-Object -First 1, and collected by the same command' {
        New-Pair clips a, b, c
        $script:watch = $null
        $one = Get-ChildItem clips/*.mp4 | Invoke-KlingLipSync -Destination out |
            ForEach-Object { $script:watch = [Diagnostics.Stopwatch]::StartNew(); $_ } | Select-Object -First 1
        $watch.Elapsed | Should -BeLessThan ([timespan]'0:0:1')
        $one.State | Should -Be Saved

        $all = Get-ChildItem clips/*.mp4 | Invoke-KlingLipSync -Destination out
        $all.State | Should -Be @('Saved', 'Saved', 'Saved')
        Get-LedgerCount $fal submit | Should -Be 3
    }

    It 'go on at fal after -Timeout, which says how to collect' {
        New-Pair clips a
        $null = Invoke-KlingLipSync clips/a.mp4 -Destination out -Timeout 0.1 -ErrorVariable failed -ErrorAction SilentlyContinue
        Assert-Refusal $failed WaitTimeout OperationTimeout
        $failed[0].TargetObject | Should -BeOfType KlingLipSync.LipSyncJob
        (Invoke-KlingLipSync clips/a.mp4 -Destination out).State | Should -Be Saved
        Get-LedgerCount $fal submit | Should -Be 1
    }

    It 'that nobody knows are one error each: <Command>' -ForEach @(
        @{ Command = 'Get-KlingLipSyncJob'; Name = 'GetKlingLipSyncJob'; More = @{} }
        @{ Command = 'Wait-KlingLipSyncJob'; Name = 'WaitKlingLipSyncJob'; More = @{} }
        @{ Command = 'Stop-KlingLipSyncJob'; Name = 'StopKlingLipSyncJob'; More = @{} }
        @{ Command = 'Save-KlingLipSyncResult'; Name = 'SaveKlingLipSyncResult'; More = @{ Destination = 'out' } }
    ) {
        & $Command -Id nosuch @More -ErrorVariable failed -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        Assert-Refusal $failed JobNotFound ObjectNotFound $Name
        $failed[0].TargetObject | Should -Be nosuch
    }
}
