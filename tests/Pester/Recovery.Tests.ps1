BeforeAll {
    . (Join-Path $PSScriptRoot 'common.ps1')
    Import-Module $Manifest -Force
    $fal = Start-Emulator '--queue-seconds', '0', '--run-seconds', '0', '--admin-key', 'admin:admin'

    # The same command in a PowerShell of its own; it says what came of it as JSON.
    function Start-Command($Scene) {
        $start = [Diagnostics.ProcessStartInfo]::new((Get-Process -Id $PID).Path)
        $script = "
            Import-Module '$Manifest'
            `$jobs = @(Get-ChildItem '$($Scene.Clips)/*.mp4' | Invoke-KlingLipSync -Destination '$($Scene.Out)' -ErrorVariable failed -ErrorAction SilentlyContinue -WarningAction SilentlyContinue)
            @{ states = @(`$jobs | ForEach-Object { `"`$(`$_.State)`" }); failed = @(`$failed | ForEach-Object FullyQualifiedErrorId) } | ConvertTo-Json -Compress"
        foreach ($word in '-NoProfile', '-NonInteractive', '-Command', $script) {
            $start.ArgumentList.Add($word)
        }

        $start.RedirectStandardOutput = $true
        [Diagnostics.Process]::Start($start)
    }

    function Receive-Command($Process) {
        $said = $Process.StandardOutput.ReadToEnd()
        $Process.WaitForExit()
        $said | ConvertFrom-Json
    }

    function Wait-Until([scriptblock] $Condition) {
        $patience = [Diagnostics.Stopwatch]::StartNew()
        while (-not (& $Condition)) {
            if ($patience.Elapsed.TotalSeconds -gt 60) {
                throw "It never came to this: $Condition"
            }

            Start-Sleep -Milliseconds 50
        }
    }

    function Assert-PaidOnce($Scene) {
        $ledger = Get-Ledger $fal
        $ledger.requests | Should -HaveCount 3
        $ledger.counts.submit | Should -Be 3
        $files = Get-ChildItem $Scene.Out
        $files.Name | Sort-Object | Should -Be @('anna.lipsync.mp4', 'clara.lipsync.mp4', 'david.lipsync.mp4')
        ($files | Get-FileHash).Hash | Sort-Object | Should -Be ($ledger.requests.output_sha256 | Sort-Object)
    }
}

AfterAll { Stop-Emulator $fal }

Describe 'An answer that gets lost' {
    BeforeEach { $scene = New-Scene $fal }
    AfterEach { $env:KLINGLIPSYNC_HORIZON_SECONDS = $null }

    It 'is found by the same command, at once or later' {
        # The connection breaks a second after fal accepted: the history has only what ran to its end.
        Add-Fault $fal @{ route = 'submit'; kind = 'reset-after-accept'; milliseconds = 1000 }
        Invoke-KlingLipSync "$($scene.Clips)/anna.mp4" -Destination $scene.Out | ForEach-Object State | Should -Be Saved
        Add-Fault $fal @{ route = 'submit'; kind = 'reset-after-accept'; times = 2 }, @{ route = 'history'; kind = 'status'; status = 500; times = 2 }
        $null = Invoke-KlingLipSync "$($scene.Clips)/*.mp4" -Destination $scene.Out -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed | Should -HaveCount 2
        Assert-Complete $failed[0] SubmitUnconfirmed OperationStopped
        (Invoke-KlingLipSync "$($scene.Clips)/*.mp4" -Destination $scene.Out).State | Should -Be @('Saved', 'Saved', 'Saved')
        Assert-PaidOnce $scene
    }

    It 'is found by the pipeline that collects' {
        Add-Fault $fal @{ route = 'submit'; kind = 'reset-after-accept'; times = 3 }, @{ route = 'history'; kind = 'status'; status = 500; times = 2 }
        $null = Invoke-KlingLipSync "$($scene.Clips)/*.mp4" -ErrorAction SilentlyContinue
        (Get-KlingLipSyncJob -Local).State | Should -Be @('Unconfirmed', 'Unconfirmed', 'Unconfirmed')
        $null = Get-KlingLipSyncJob -Pending | Wait-KlingLipSyncJob | Save-KlingLipSyncResult -Destination $scene.Out
        Assert-PaidOnce $scene
    }

    It 'is held where nothing came of it, and sent again with -OnUnconfirmed Resubmit once that is proven' {
        $env:KLINGLIPSYNC_HORIZON_SECONDS = 0
        Add-Fault $fal @{ route = 'submit'; kind = 'reset-before-accept' }
        $null = Invoke-KlingLipSync "$($scene.Clips)/anna.mp4" -ErrorAction SilentlyContinue
        $null = Invoke-KlingLipSync "$($scene.Clips)/clara.mp4" -NoWait
        Start-Sleep -Seconds 1.7
        $null = Invoke-KlingLipSync "$($scene.Clips)/anna.mp4" -ErrorVariable failed -ErrorAction SilentlyContinue
        Assert-Complete $failed[0] SubmitUnconfirmed OperationStopped
        "$($failed[0])" | Should -BeLike '*proven that fal never had it*'
        (Invoke-KlingLipSync "$($scene.Clips)/anna.mp4" -Destination $scene.Out -OnUnconfirmed Resubmit).State | Should -Be Saved
        (Get-Ledger $fal).requests | Should -HaveCount 2
    }
}

Describe 'Processes' {
    BeforeEach { $scene = New-Scene $fal }

    It 'over one folder at the same time pay once for each pair, and both have all of it' {
        $both = 1..2 | ForEach-Object { Start-Command $scene }
        foreach ($said in $both | ForEach-Object { Receive-Command $_ }) {
            $said.failed | Should -BeNullOrEmpty
            $said.states | Should -Be @('Saved', 'Saved', 'Saved')
        }

        Assert-PaidOnce $scene
    }

    It 'that are killed midway are finished by the same command' {
        # One answer hangs, two jobs are waited for.
        Add-Fault $fal @{ route = 'submit'; kind = 'slow-headers'; milliseconds = 600000 }, @{ route = 'stream'; kind = 'slow-headers'; milliseconds = 600000; times = 2 }
        $child = Start-Command $scene
        Wait-Until { $counts = (Get-Ledger $fal).counts; $counts.submit -eq 3 -and $counts.stream -eq 2 }
        $child.Kill()
        $child.WaitForExit()
        $scene.Out | Get-ChildItem | Should -BeNullOrEmpty
        $null = Invoke-RestMethod "$($fal.Url)/_emulator/faults" -Method Delete
        (Invoke-KlingLipSync "$($scene.Clips)/*.mp4" -Destination $scene.Out).State | Should -Be @('Saved', 'Saved', 'Saved')
        Assert-PaidOnce $scene
    }
}

Describe 'Remove-KlingLipSyncJob' {
    BeforeEach { $scene = New-Scene $fal }

    It 'forgets what is saved, and the same command pays nothing' {
        $null = Invoke-KlingLipSync "$($scene.Clips)/*.mp4" -Destination $scene.Out
        Get-KlingLipSyncJob -State Saved | Remove-KlingLipSyncJob -WhatIf
        Get-KlingLipSyncJob | Should -HaveCount 3
        Get-KlingLipSyncJob -State Saved | Remove-KlingLipSyncJob
        Get-KlingLipSyncJob | Should -BeNullOrEmpty
        Get-ChildItem $scene.Out | Should -HaveCount 3
        (Invoke-KlingLipSync "$($scene.Clips)/*.mp4" -Destination $scene.Out -Force).Reused | Should -Be @($true, $true, $true)
        Assert-PaidOnce $scene
    }

    It 'keeps what is paid and not saved, unless forced' {
        $job = Invoke-KlingLipSync "$($scene.Clips)/anna.mp4"
        $job | Remove-KlingLipSyncJob -ErrorVariable failed -ErrorAction SilentlyContinue
        Assert-Complete $failed[0] JobStillOpen ResourceBusy
        $job.Id | Remove-KlingLipSyncJob -Force
        Get-KlingLipSyncJob | Should -BeNullOrEmpty
    }

    It 'deletes at fal with an admin key only' {
        $job = Invoke-KlingLipSync "$($scene.Clips)/anna.mp4" -Destination $scene.Out
        $job.RequestId | Remove-KlingLipSyncJob -Payload -ErrorVariable failed -ErrorAction SilentlyContinue
        Assert-Complete $failed[0] AdminKeyRequired PermissionDenied
        $admin = ConvertTo-SecureString 'admin:admin' -AsPlainText -Force
        $job.RequestId | Remove-KlingLipSyncJob -Payload -ApiKey $admin
        { Invoke-WebRequest $job.ResultUrl -ErrorAction Stop } | Should -Throw -ExceptionType ([Microsoft.PowerShell.Commands.HttpResponseException])
        $null = Invoke-KlingLipSync "$($scene.Clips)/anna.mp4" -ErrorVariable failed -ErrorAction SilentlyContinue
        Assert-Complete $failed[0] JobLost ObjectNotFound
        (Get-Ledger $fal).counts.submit | Should -Be 1
    }
}

Describe 'A damaged store' {
    It 'is replaced by its newest copy with the line that the error has, in <Folder>' -ForEach @(
        @{ Folder = 'store' }
        @{ Folder = "it's [1] `$store" }
    ) {
        $scene = New-Scene $fal
        $env:KLINGLIPSYNC_HOME = Join-Path $scene.Folder $Folder
        $store = Join-Path $env:KLINGLIPSYNC_HOME store.db
        $null = Invoke-KlingLipSync "$($scene.Clips)/*.mp4" -Destination $scene.Out
        Get-ChildItem -LiteralPath (Join-Path $env:KLINGLIPSYNC_HOME copies) | Should -HaveCount 1
        Get-ChildItem -LiteralPath (Join-Path $env:KLINGLIPSYNC_HOME copies) | Remove-Item
        $null = Invoke-KlingLipSync "$($scene.Clips)/*.mp4" -Destination $scene.Out
        [IO.File]::WriteAllText($store, 'notes ' * 1000)

        $failed = $null
        try { $null = Invoke-KlingLipSync "$($scene.Clips)/*.mp4" -Destination $scene.Out -ErrorAction SilentlyContinue } catch { $failed = $_ }
        Assert-Complete $failed StoreCorrupt InvalidData
        $line = ($failed.ErrorDetails.RecommendedAction -split '\r?\n')[0]
        $place = $PWD.Path
        & ([scriptblock]::Create($line)) | Should -BeNullOrEmpty
        $PWD.Path | Should -Be $place

        $damaged = Get-ChildItem -LiteralPath $env:KLINGLIPSYNC_HOME -Filter damaged-* | ForEach-Object { Join-Path $_.FullName store.db }
        $damaged | Should -HaveCount 1
        [IO.File]::ReadAllText($damaged) | Should -BeLike 'notes *'

        # Once it stops, because what was paid after the copy is not in it; then it goes on.
        $failed = $null
        try { $null = Invoke-KlingLipSync "$($scene.Clips)/*.mp4" -Destination $scene.Out -ErrorAction SilentlyContinue } catch { $failed = $_ }
        Assert-Complete $failed StoreRestored InvalidOperation
        $jobs = Invoke-KlingLipSync "$($scene.Clips)/*.mp4" -Destination $scene.Out
        $jobs.Reused | Should -Be @($true, $true, $true)
        Assert-PaidOnce $scene
    }
}

Describe 'An account that is topped up' {
    It 'goes on with the same command, each pair paid once' {
        $scene = New-Scene $fal
        (Invoke-KlingLipSync "$($scene.Clips)/anna.mp4" -Destination $scene.Out).State | Should -Be Saved
        $null = Invoke-RestMethod "$($fal.Url)/_emulator/lock" -Method Post -ContentType application/json -Body '{"reason":"Exhausted balance"}'
        $null = Invoke-KlingLipSync "$($scene.Clips)/*.mp4" -Destination $scene.Out -ErrorVariable failed -ErrorAction SilentlyContinue
        Assert-Complete $failed[0] SpendingStopped QuotaExceeded
        $failed[0].TargetObject | Should -HaveCount 2
        $null = Invoke-RestMethod "$($fal.Url)/_emulator/lock" -Method Delete
        (Invoke-KlingLipSync "$($scene.Clips)/*.mp4" -Destination $scene.Out).State | Should -Be @('Saved', 'Saved', 'Saved')
        Assert-PaidOnce $scene
    }
}
