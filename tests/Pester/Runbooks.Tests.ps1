BeforeAll {
    . (Join-Path $PSScriptRoot 'common.ps1')
    Import-Module $Manifest -Force
    $fal = Start-Emulator
    $runbooks = Join-Path $Root 'examples/Runbooks'
    $core = Join-Path $runbooks 'Invoke-LipSyncFolder.ps1'
    $pwsh = (Get-Process -Id $PID).Path

    # What the runbooks call KlingLipSync is the module under test: the folder that its folder lies in comes first. An installed one
    # has its version's folder between.
    $usualModules = $env:PSModulePath
    $place = [IO.DirectoryInfo](Split-Path $Manifest)
    while ($place -and $place.Name -ne 'KlingLipSync') { $place = $place.Parent }
    if (-not $place) { throw "No folder KlingLipSync has '$Manifest'." }
    $env:PSModulePath = $place.Parent.FullName + [IO.Path]::PathSeparator + $env:PSModulePath

    # A PowerShell of its own, as a scheduler starts it.
    function Start-Runbook([string[]] $Word, [string] $Folder = $scene.Folder, [hashtable] $Environment = @{}) {
        $start = [Diagnostics.ProcessStartInfo]::new($pwsh)
        foreach ($one in @('-NoProfile', '-NonInteractive') + $Word) {
            $start.ArgumentList.Add($one)
        }

        foreach ($name in $Environment.Keys) {
            $start.Environment[$name] = $Environment[$name]
        }

        $start.WorkingDirectory = $Folder
        $start.RedirectStandardInput = $true
        $start.RedirectStandardOutput = $true
        $start.RedirectStandardError = $true
        $process = [Diagnostics.Process]::Start($start)
        $process.StandardInput.Close()
        $process | Add-Member Said $process.StandardOutput.ReadToEndAsync()
        $process | Add-Member Complained $process.StandardError.ReadToEndAsync() -PassThru
    }

    function Receive-Runbook($Process) {
        if (-not $Process.WaitForExit(180000)) {
            $Process.Kill()
            throw "It does not end: $($Process.Said.Result)"
        }

        $said = $Process.Said.Result
        [pscustomobject]@{
            Code    = $Process.ExitCode
            Said    = $said + $Process.Complained.Result
            Summary = $said.TrimStart().StartsWith('{') ? ($said.TrimEnd() -split '(?m)^(?=\{)' | Where-Object { $_ } | Select-Object -Last 1 | ConvertFrom-Json) : $null
        }
    }

    function Invoke-Runbook([string[]] $Word, [string] $Folder = $scene.Folder, [hashtable] $Environment = @{}) {
        Receive-Runbook (Start-Runbook $Word $Folder $Environment)
    }

    function Invoke-Core([string[]] $Word = @(), [hashtable] $Environment = @{}) {
        Invoke-Runbook (@('-File', $core, '-Path', 'clips', '-Destination', 'out') + $Word) -Environment $Environment
    }

    function Assert-End($Run, [int] $Code, [string] $Outcome) {
        "$($Run.Code) $($Run.Summary.outcome) $($Run.Summary.exitCode)" | Should -Be "$Code $Outcome $Code" -Because $Run.Said
    }

    function Wait-Until([scriptblock] $Condition) {
        $patience = [Diagnostics.Stopwatch]::StartNew()
        while (-not (& $Condition)) {
            if ($patience.Elapsed.TotalSeconds -gt 120) {
                throw "It never came to this: $Condition"
            }

            Start-Sleep -Milliseconds 100
        }
    }

    function Get-PaidCount { @((Get-Ledger $fal).requests).Count }
}

AfterAll {
    $env:PSModulePath = $usualModules
    Stop-Emulator $fal
}

Describe 'Invoke-LipSyncFolder.ps1' {
    BeforeEach {
        $scene = New-Scene $fal
        Remove-Item "$($scene.Clips)/ben.*", "$($scene.Clips)/david.*"
    }

    It 'ends with 0 when all is saved, and with 3, paying nothing, when it is run again' {
        $run = Invoke-Core '-SummaryPath', 'summary.json'
        Assert-End $run 0 Saved
        $run.Summary.saved, $run.Summary.alreadySaved, $run.Summary.failed, $run.Summary.pending | Should -Be @(2, 0, 0, 0)
        $run.Summary.spentUsd | Should -Be (Get-KlingLipSyncJob -Local | Measure-Object QuotedCost -Sum).Sum
        $run.Summary.runId | Should -Be (Get-KlingLipSyncJob -Local)[0].RunId
        $run.Summary.files.output | Sort-Object | Should -Be @("$($scene.Out)/anna.lipsync.mp4", "$($scene.Out)/clara.lipsync.mp4")
        (Get-Content "$($scene.Folder)/summary.json" -Raw | ConvertFrom-Json).runId | Should -Be $run.Summary.runId

        $again = Invoke-Core '-SummaryPath', 'summary.json'
        Assert-End $again 3 NothingToDo
        $again.Summary.alreadySaved, $again.Summary.spentUsd | Should -Be @(2, 0)
        Get-PaidCount | Should -Be 2
    }

    It 'ends with 2 when some failed at fal' {
        Rename-Item "$($scene.Clips)/anna.mp4" noface.mp4
        Rename-Item "$($scene.Clips)/anna.wav" noface.wav
        $run = Invoke-Core
        Assert-End $run 2 SomeFailed
        $run.Summary.saved, $run.Summary.failed | Should -Be @(1, 1)
        $run.Summary.errors[0].id, $run.Summary.errors[0].category | Should -Be @('JobFailed', 'InvalidResult')
        $run.Summary.errors[0].targets | Should -BeLike '*noface.mp4'
        $run.Summary.errors[0].action | Should -Not -BeNullOrEmpty
    }

    It 'ends with 2 when some were refused, and with 4 when all were' {
        Set-Content "$($scene.Clips)/anna.mp4" 'text'
        $run = Invoke-Core
        Assert-End $run 2 SomeFailed
        $run.Summary.saved, $run.Summary.refused | Should -Be @(1, 1)

        Remove-Item "$($scene.Clips)/clara.*"
        $run = Invoke-Core
        Assert-End $run 4 AllRefused
        $run.Summary.errors.id | Should -Be MediaUnfit
        Get-PaidCount | Should -Be 1
    }

    It 'ends with 5, and pays for nothing, for <Id>' -ForEach @(
        @{ Id = 'AccountLocked'; Word = @(); Spoil = { $null = Invoke-RestMethod "$($fal.Url)/_emulator/lock" -Method Post -ContentType application/json -Body '{"reason":"Exhausted balance"}' } }
        @{ Id = 'MaxCostExceeded'; Word = '-MaxCost', '0.01'; Spoil = {} }
        @{ Id = 'BudgetExceeded'; Word = '-Budget', '0.01'; Spoil = {} }
        @{ Id = 'NoApiKey'; Word = @(); Spoil = { $env:FAL_KEY = $null } }
        @{ Id = 'StoreMissing'; Word = @('-RequireStore'); Spoil = {} }
        @{ Id = 'StoreCorrupt'; Word = @(); Spoil = { $null = New-Item "$($scene.Store)/store.db" -Force -Value ('notes ' * 1000) } }
    ) {
        & $Spoil
        $run = Invoke-Core $Word
        $null = Invoke-RestMethod "$($fal.Url)/_emulator/lock" -Method Delete
        Assert-End $run 5 SpendingStopped
        $run.Summary.errors.id | Should -Be $Id
        Get-PaidCount | Should -Be 0
    }

    It 'ends with 6 when jobs are left at fal, and a collector saves them, even with the clips gone' {
        $run = Invoke-Core '-NoWait'
        Assert-End $run 6 Pending
        $run.Summary.pendingJobs.requestId | Sort-Object | Should -Be ((Get-Ledger $fal).requests.request_id | Sort-Object)
        $run.Summary.pendingJobs[0].video | Should -BeLike '*.mp4'
        $run.Summary.pending, $run.Summary.saved | Should -Be @(2, 0)

        Remove-Item $scene.Clips -Recurse
        $run = Invoke-Runbook '-File', $core, '-CollectOnly', '-Destination', 'out'
        Assert-End $run 0 Saved
        $run.Summary.saved, $run.Summary.collected, $run.Summary.spentUsd | Should -Be @(2, 2, 0)
        Get-ChildItem $scene.Out | Should -HaveCount 2
        Get-PaidCount | Should -Be 2
    }

    It 'collects what a run left that was killed, and pays once' {
        Add-Fault $fal @{ route = 'stream'; kind = 'slow-headers'; milliseconds = 600000; times = 2 }
        $child = Start-Runbook '-File', $core, '-Path', 'clips', '-Destination', 'out'
        Wait-Until { (Get-Ledger $fal).counts.stream -eq 2 }
        $child.Kill()
        $child.WaitForExit()
        $null = Invoke-RestMethod "$($fal.Url)/_emulator/faults" -Method Delete
        $run = Invoke-Core
        Assert-End $run 0 Saved
        $run.Summary.saved, $run.Summary.collected | Should -Be @(2, 2)
        Get-PaidCount | Should -Be 2
    }

    It 'leaves out clips that are still written or have no sound yet' {
        Remove-Item "$($scene.Clips)/clara.m4a"
        (Get-Item "$($scene.Clips)/anna.mp4").LastWriteTimeUtc = [datetime]::UtcNow
        $run = Invoke-Core '-SettleTime', '01:00:00'
        Assert-End $run 3 NothingToDo
        $run.Summary.unfinished | Should -Be 2
        (Get-Ledger $fal).uploads | Should -BeNullOrEmpty
    }

    It 'finds the sound that is whole whatever the case of its ending' {
        Rename-Item "$($scene.Clips)/anna.wav" anna.WAV
        Rename-Item "$($scene.Clips)/clara.m4a" Anna.m4a
        Get-ChildItem $scene.Clips | ForEach-Object { $_.LastWriteTimeUtc = [datetime]::UtcNow.AddHours(-2) }
        if (-not $IsLinux) { Remove-Item "$($scene.Clips)/Anna.m4a" }
        $run = Invoke-Core '-SettleTime', '01:00:00'
        Assert-End $run 0 Saved
        $run.Summary.saved, $run.Summary.unfinished | Should -Be @(1, 1)
    }

    It 'ends with 2 when a result that was paid for is gone at fal' {
        if (-not (Get-Command python3 -ErrorAction Ignore)) {
            Set-ItResult -Skipped -Because 'putting the time back in the store takes python3 here'
            return
        }

        $job = Invoke-KlingLipSync "$($scene.Clips)/anna.mp4" -NoWait -Tag runbook
        Wait-Until { (Get-KlingLipSyncJob -Id $job.Id).State -eq 'Completed' }
        python3 -c "import sqlite3, sys; store = sqlite3.connect(sys.argv[1]); store.execute('UPDATE attempts SET collect_before = 1'); store.commit()" "$($scene.Store)/store.db"
        Add-Fault $fal @{ route = 'download'; kind = 'status'; status = 404; times = 0 }
        $run = Invoke-Runbook '-File', $core, '-CollectOnly', '-Destination', 'out'
        Assert-End $run 2 SomeFailed
        $run.Summary.failed, $run.Summary.pending, $run.Summary.saved | Should -Be @(1, 0, 0)
        $run.Summary.errors.id | Should -Be JobLost
        (Get-KlingLipSyncJob -Local -Id $job.Id).State | Should -Be Lost
    }

    It 'ends with 5 where the module is missing' {
        $run = Invoke-Core '-Module', 'KlingLipSyncThatIsNowhere'
        Assert-End $run 5 SpendingStopped
        $run.Summary.errors.message | Should -BeLike '*KlingLipSyncThatIsNowhere*'
        Get-Content (Join-Path $Root docs/en-US/about_KlingLipSync_Automation.md) | Where-Object { $_ -like '| 5 |*missing module*' } | Should -HaveCount 1
    }

    It 'reads the key from a file, and shows it nowhere: <File>' -ForEach @(
        @{ File = 'key.txt'; Write = { Set-Content key.txt 'demo:demo' } }
        @{ File = 'key.clixml'; Write = { $key = [securestring]::new(); 'demo:demo'.ToCharArray().ForEach({ $key.AppendChar($_) }); $key | Export-Clixml key.clixml } }
    ) {
        $env:FAL_KEY = $null
        Push-Location $scene.Folder
        try { & $Write } finally { Pop-Location }
        $run = Invoke-Core '-KeyPath', $File
        Assert-End $run 0 Saved
        $run.Said | Should -Not -Match 'demo:demo'
    }

    It 'has its exit codes in the table of the README' {
        $rows = Get-Content (Join-Path $runbooks README.md) | Select-String '^\| (\d) \| (?:`(\w+)`)? ?\|' | ForEach-Object { "$($_.Matches[0].Groups[1]) $($_.Matches[0].Groups[2])".Trim() }
        $help = (Get-Content $core -Raw) -split "`n" | Select-String '^    (\d)  (\w+)? +' | ForEach-Object { "$($_.Matches[0].Groups[1]) $($_.Matches[0].Groups[2])".Trim() }
        $rows | Should -Be @('0 Saved', '1', '2 SomeFailed', '3 NothingToDo', '4 AllRefused', '5 SpendingStopped', '6 Pending')
        $help | Should -Be $rows
    }
}

Describe 'A worker that forgets' {
    BeforeEach {
        $scene = New-Scene $fal
        Remove-Item "$($scene.Clips)/ben.*", "$($scene.Clips)/david.*"
        $first = @{ KLINGLIPSYNC_HOME = "$($scene.Folder)/one"; KLINGLIPSYNC_MACHINE = 'lipsync-worker' }
        $second = @{ KLINGLIPSYNC_HOME = "$($scene.Folder)/two"; KLINGLIPSYNC_MACHINE = 'lipsync-worker' }
        Assert-End (Invoke-Core -Environment $first) 0 Saved
    }

    It 'pays nothing again with the store that was carried to it under one name' {
        Copy-Item $first.KLINGLIPSYNC_HOME $second.KLINGLIPSYNC_HOME -Recurse
        Assert-End (Invoke-Core '-RequireStore' $second) 3 NothingToDo
        Get-PaidCount | Should -Be 2
    }

    It 'is refused the store where the name is not the same' {
        Copy-Item $first.KLINGLIPSYNC_HOME $second.KLINGLIPSYNC_HOME -Recurse
        $second.KLINGLIPSYNC_MACHINE = ''
        $run = Invoke-Core -Environment $second
        Assert-End $run 5 SpendingStopped
        $run.Summary.errors.id | Should -Contain StoreOfOtherMachine
        Get-PaidCount | Should -Be 2
    }

    It 'pays for everything again without it, which -RequireStore forbids' {
        $run = Invoke-Core '-RequireStore' $second
        Assert-End $run 5 SpendingStopped
        Get-PaidCount | Should -Be 2
        Remove-Item $scene.Out -Recurse
        Assert-End (Invoke-Core -Environment $second) 0 Saved
        Get-PaidCount | Should -Be 4
    }
}

Describe 'The units of systemd' {
    BeforeAll {
        function Read-Unit([string] $Name) {
            $section = ''
            Get-Content (Join-Path $runbooks "systemd/$Name") | Where-Object { $_ -and $_ -notmatch '^#' } | ForEach-Object {
                if ($_ -match '^\[(\w+)\]$') { $section = $Matches[1] }
                elseif ($_ -match '^(\w+)=(.+)$') { [pscustomobject]@{ Section = $section; Key = $Matches[1]; Value = $Matches[2] } }
                else { throw "No line of a unit: $_" }
            }
        }

        function Get-Value($Unit, [string] $Key) { $Unit | Where-Object Key -EQ $Key | ForEach-Object Value }

        # The words of a command line, as systemd reads it, with this test's places for the machine's.
        function Get-CommandWord([string] $Line) {
            $line = $Line.Replace('%d', "$($scene.Folder)/credentials").Replace('%S', "$($scene.Folder)/state").Replace('$$', '$').Replace('/opt/kling-lipsync', $runbooks).
                Replace('/srv/lipsync/out', $scene.Out).Replace('/srv/lipsync/clips', $scene.Clips).Replace('/srv/lipsync/inbox', $scene.Clips)
            [regex]::Matches($line, '"([^"]*)"|(\S+)') | ForEach-Object { $_.Groups[1].Success ? $_.Groups[1].Value : $_.Groups[2].Value }
        }
    }

    BeforeEach {
        $scene = New-Scene $fal
        $null = New-Item "$($scene.Folder)/state/kling-lipsync" -ItemType Directory
        $null = New-Item "$($scene.Folder)/credentials/fal-key" -Force -Value "demo:demo`n"
        $env:FAL_KEY = $null
        Get-ChildItem $scene.Clips | ForEach-Object { $_.LastWriteTimeUtc = [datetime]::UtcNow.AddMinutes(-5) }
    }

    It 'are units, each key in its section: <_>' -ForEach 'kling-lipsync.service', 'kling-lipsync.timer', 'kling-lipsync-watch.service' {
        $unit = Read-Unit $_
        $unit.Section | Select-Object -Unique | Should -BeIn 'Unit', 'Service', 'Timer', 'Install'
        Get-Value $unit Description | Should -Not -BeNullOrEmpty
        if ($_ -like '*.service') {
            Get-Value $unit StateDirectory | Should -Be kling-lipsync
            Get-Value $unit LoadCredential | Should -Be 'fal-key:/etc/kling-lipsync/fal-key'
            Get-Value $unit Environment | Should -Be 'KLINGLIPSYNC_HOME=%S/kling-lipsync/store'
        }

        if (Get-Command systemd-analyze -ErrorAction Ignore) {
            # It also asks whether the programs are there, and they are not on this machine.
            systemd-analyze verify (Join-Path $runbooks "systemd/$_") 2>&1 | Where-Object { $_ -notmatch 'is not executable|No such file' } | Should -BeNullOrEmpty
        }
    }

    It 'run the folder with the key of the credential, and again pay nothing' {
        $unit = Read-Unit kling-lipsync.service
        $word = @(Get-CommandWord (Get-Value $unit ExecStart))
        $word[0..2] | Should -Be @('/usr/bin/pwsh', '-NoProfile', '-NonInteractive')
        $store = @{ KLINGLIPSYNC_HOME = "$($scene.Folder)/state/kling-lipsync/store" }
        Assert-End (Invoke-Runbook ($word | Select-Object -Skip 3) -Environment $store) 0 Saved
        (Get-Content "$($scene.Folder)/state/kling-lipsync/summary.json" -Raw | ConvertFrom-Json).saved | Should -Be 4
        $again = Invoke-Runbook ($word | Select-Object -Skip 3) -Environment $store
        Assert-End $again 3 NothingToDo
        "$($again.Code)" | Should -BeIn (Get-Value $unit SuccessExitStatus).Split(' ')
        Get-PaidCount | Should -Be 4
    }

    It 'watch the folder until they are told to stop' -Skip:$IsWindows {
        $word = @(Get-CommandWord (Get-Value (Read-Unit kling-lipsync-watch.service) ExecStart))
        $child = Start-Runbook ($word | Select-Object -Skip 3) -Environment @{ KLINGLIPSYNC_HOME = "$($scene.Folder)/state/kling-lipsync/store" }
        Wait-Until { @(Get-ChildItem $scene.Out -ErrorAction Ignore).Count -eq 4 }
        /bin/kill -TERM $child.Id
        (Receive-Runbook $child).Code | Should -Be 0
        Get-PaidCount | Should -Be 4
    }
}

Describe 'The scheduled task' {
    It 'has a line that runs the folder, with all its paths quoted' {
        $scene = New-Scene $fal -Name "it's a folder"
        Get-ChildItem $scene.Clips | ForEach-Object { $_.LastWriteTimeUtc = [datetime]::UtcNow.AddMinutes(-5) }
        $key = [securestring]::new()
        'demo:demo'.ToCharArray().ForEach({ $key.AppendChar($_) })
        $key | Export-Clixml "$($scene.Folder)/fal key.clixml"
        $env:FAL_KEY = $null

        # What Windows has and this machine may not.
        function New-ScheduledTaskAction($Execute, $Argument) { @{ Execute = $Execute; Argument = $Argument } }
        function New-ScheduledTaskTrigger([switch] $Once, $At, $RepetitionInterval) { @{ Once = $Once; At = $At; Every = $RepetitionInterval } }
        function New-ScheduledTaskSettingsSet($MultipleInstances, [switch] $StartWhenAvailable, $ExecutionTimeLimit) { @{ Two = $MultipleInstances; Late = $StartWhenAvailable; Limit = $ExecutionTimeLimit } }
        function New-ScheduledTaskPrincipal($UserId, $LogonType) { @{ UserId = $UserId; LogonType = $LogonType } }
        function Register-ScheduledTask {
            $task = @{}
            $word = @($args | Where-Object { $_ -isnot [string] -or $_ -ne '-Force' })
            for ($at = 0; $at -lt $word.Count; $at += 2) { $task[$word[$at].Trim('-', ':')] = $word[$at + 1] }
            $task
        }

        # Some of the paths as somebody types them who stands in the folder; the task starts in another one.
        $script = Join-Path $runbooks ScheduledTask/Register-LipSyncTask.ps1
        $register = @{ Path = 'clips'; Destination = './out'; KeyPath = "$($scene.Folder)/fal key.clixml"; StorePath = 'store' }
        Push-Location -LiteralPath $scene.Folder
        try {
            & $script @register -UserId 'CONTOSO\lipsync$' -WhatIf | Should -BeNullOrEmpty
            $task = & $script @register -UserId 'CONTOSO\lipsync$'

            # Windows gives a task without a password (S4U) nothing that reads the key's file.
            (& $script @register).Principal.LogonType | Should -Be Interactive
            $secret = [securestring]::new()
            $secret.AppendChar('x')
            $other = & $script @register -Credential ([pscredential]::new('CONTOSO\anna', $secret))
            $other['User'], $other['Password'], $other['Principal'] | Should -Be @('CONTOSO\anna', 'x', $null)
        }
        finally {
            Pop-Location
        }

        $task.Trigger.Every.TotalMinutes, $task.Settings.Two, $task.Principal.LogonType | Should -Be @(20, 'IgnoreNew', 'Password')

        $start = [Diagnostics.ProcessStartInfo]::new($task.Action.Execute, $task.Action.Argument)
        $start.RedirectStandardOutput = $true
        $start.WorkingDirectory = [IO.Path]::GetTempPath()
        $child = [Diagnostics.Process]::Start($start)
        $summary = $child.StandardOutput.ReadToEnd() | ConvertFrom-Json
        $child.WaitForExit()
        "$($child.ExitCode) $($summary.outcome) $($summary.saved)" | Should -Be '0 Saved 4'
        "$($scene.Folder)/summary.json" | Should -Exist
    }
}

Describe 'The watch folder' -Skip:$IsWindows {
    BeforeEach {
        $scene = New-Scene $fal
        $inbox = (New-Item "$($scene.Folder)/inbox" -ItemType Directory).FullName
        function Start-Watch([hashtable] $Environment = @{}, [string[]] $Word = @()) {
            Start-Runbook (@('-File', (Join-Path $runbooks WatchFolder/Watch-LipSyncFolder.ps1), '-Path', 'inbox', '-Destination', 'out', '-Poll', '00:00:00.5', '-SettleTime', '00:05:00') + $Word) -Environment $Environment
        }

        # A tool that keeps the times of what it copies sets them last.
        function Complete-Copy([string] $Name) {
            Get-ChildItem "$($scene.Clips)/$Name.*" | Copy-Item -Destination $inbox
            Get-ChildItem "$inbox/$Name.*" | ForEach-Object { $_.LastWriteTimeUtc = [datetime]::UtcNow.AddHours(-1) }
        }
    }

    It 'takes what is whole and leaves what is still written, goes on after a kill, and pays once' {
        $child = Start-Watch
        $bytes = [IO.File]::ReadAllBytes("$($scene.Clips)/anna.mp4")
        [IO.File]::WriteAllBytes("$inbox/anna.mp4", $bytes[0..($bytes.Length / 2)])
        Copy-Item "$($scene.Clips)/anna.wav" $inbox
        Complete-Copy clara
        Wait-Until { (Test-Path "$($scene.Out)/clara.lipsync.mp4") }
        @((Get-Ledger $fal).requests).Count | Should -Be 1
        Complete-Copy anna
        Wait-Until { (Get-Ledger $fal).counts.submit -eq 2 }
        $child.Kill()
        $child.WaitForExit()

        $child = Start-Watch
        Wait-Until { (Test-Path "$($scene.Out)/anna.lipsync.mp4") }
        /bin/kill -TERM $child.Id
        $run = Receive-Runbook $child
        $run.Code | Should -Be 0
        Get-PaidCount | Should -Be 2
    }

    It 'says each round in a line of JSON, does not come back to a refused clip at once, and ends with 6 for jobs that are left' {
        Set-Content "$($scene.Clips)/clara.mp4" text
        $slow = Start-Emulator '--run-seconds', '3600'
        try {
            Complete-Copy anna
            Complete-Copy clara
            $child = Start-Watch @{ KLINGLIPSYNC_ENDPOINT = $slow.Url }
            Wait-Until { (Get-Ledger $slow).counts.status -ge 3 }
            /bin/kill -TERM $child.Id
            $run = Receive-Runbook $child
        }
        finally {
            Stop-Emulator $slow
        }

        $run.Code | Should -Be 6 -Because $run.Said
        $rounds = @($run.Said.Trim() -split "`n" | ConvertFrom-Json)
        $rounds | Should -HaveCount 1
        $rounds[0].errors.id | Should -Be MediaUnfit
        $rounds[0].pending | Should -Be 1
    }

    It 'ends with 5 when spending is stopped, although a job is left whose answer was lost; the next start collects it' {
        Add-Fault $fal @{ route = 'submit'; kind = 'reset-after-accept' }, @{ route = 'history'; kind = 'status'; status = 500; times = 0 }
        Complete-Copy anna
        $child = Start-Watch
        Wait-Until { @(Get-KlingLipSyncJob -Local -State Unconfirmed).Count -eq 1 }
        $null = Invoke-RestMethod "$($fal.Url)/_emulator/lock" -Method Post -ContentType application/json -Body '{"reason":"Exhausted balance"}'
        try {
            Complete-Copy clara
            $run = Receive-Runbook $child
        }
        finally {
            $null = Invoke-RestMethod "$($fal.Url)/_emulator/lock" -Method Delete
            $null = Invoke-RestMethod "$($fal.Url)/_emulator/faults" -Method Delete
        }

        $run.Code | Should -Be 5 -Because $run.Said
        $run.Summary.pending | Should -Be 1
        $child = Start-Watch
        Wait-Until { (Test-Path "$($scene.Out)/anna.lipsync.mp4") -and (Test-Path "$($scene.Out)/clara.lipsync.mp4") }
        /bin/kill -TERM $child.Id
        (Receive-Runbook $child).Code | Should -Be 0
        Get-PaidCount | Should -Be 2
    }

    It 'tries a clip again that failed at fal after it was accepted, and takes a new sound of a clip that is saved' {
        Rename-Item "$($scene.Clips)/clara.mp4" crash.mp4
        Rename-Item "$($scene.Clips)/clara.m4a" crash.m4a
        Complete-Copy crash
        Complete-Copy anna
        $child = Start-Watch -Word '-RetryAfter', '00:00:02'
        Wait-Until { @((Get-Ledger $fal).requests).Count -ge 3 -and (Test-Path "$($scene.Out)/anna.lipsync.mp4") }
        Remove-Item "$inbox/crash.*"
        Wait-Until { -not @(Get-KlingLipSyncJob -Local -Pending) }
        $paid = Get-PaidCount

        # Longer than it takes to come back to a clip: one that is saved is left alone, wherever its file went.
        Remove-Item "$($scene.Out)/anna.lipsync.mp4"
        Start-Sleep -Seconds 5
        "$($scene.Out)/anna.lipsync.mp4" | Should -Not -Exist
        Copy-Item "$($scene.Clips)/david.*" $inbox -Exclude *.mp4, *.mov
        Remove-Item "$inbox/anna.wav"
        Get-ChildItem "$inbox/david.*" | Rename-Item -NewName { "anna$($_.Extension)" }
        Get-ChildItem "$inbox/anna.*" -Exclude *.mp4 | ForEach-Object { $_.LastWriteTimeUtc = [datetime]::UtcNow.AddMinutes(-30) }
        Wait-Until { (Get-PaidCount) -eq $paid + 1 }
        /bin/kill -TERM $child.Id
        (Receive-Runbook $child).Code | Should -BeIn 0, 6
    }

    It 'ends with 5 when spending is stopped and nothing is left to collect' {
        Complete-Copy anna
        $run = Receive-Runbook (Start-Watch @{ FAL_KEY = 'nobody:knows' })
        $run.Code | Should -Be 5
        ($run.Said | ConvertFrom-Json).errors.id | Should -Be ApiKeyRejected
    }
}

Describe 'The workflow of GitHub' {
    BeforeAll {
        $file = Join-Path $runbooks GitHubActions/lipsync.yml
        $text = python3 -c "import json, sys, yaml; print(json.dumps({('on' if key is True else key): value for key, value in yaml.safe_load(open(sys.argv[1])).items()}))" $file 2>$null
        $workflow = $text ? ($text | ConvertFrom-Json) : $null
        $usualMachine = $env:KLINGLIPSYNC_MACHINE

        # What the cache of GitHub does with the steps that use it: keys are written once, the newest of a prefix is restored.
        function Invoke-Workflow([string] $Start, [int] $Number, [string[]] $Lose = @()) {
            # A fresh machine each time, with the same paths.
            Remove-Item "$($scene.Folder)/runner" -Recurse -Force -ErrorAction Ignore
            $place = (New-Item "$($scene.Folder)/runner" -ItemType Directory).FullName
            Copy-Item $scene.Clips $place -Recurse
            $null = New-Item "$place/examples" -ItemType Directory
            Copy-Item $runbooks "$place/examples" -Recurse
            $matched = @{}
            $went = @{}
            $failed = ''
            foreach ($step in $workflow.jobs.lipsync.steps) {
                $if = $step.PSObject.Properties['if']
                $uses = $step.PSObject.Properties['uses']
                $after = $if ? [regex]::Match($if.Value, "^always\(\) && steps\.(\w+)\.outcome == 'success'$").Groups[1].Value : ''
                if ($if -and -not $after) { throw "Not understood: $($if.Value)" }
                if (($failed -and -not $if) -or ($after -and -not $went[$after]) -or $step.name -eq 'Install the module') {
                    continue
                }

                if ($uses -and $uses.Value -like 'actions/cache/*') {
                    $key = $step.with.key.Replace('${{ github.run_id }}', $Number).Replace('${{ github.run_attempt }}', '1')
                    $paths = $step.with.path.Trim() -split "`n"
                    if ($uses.Value -like '*/save@*' -and $step.name -notin $Lose -and -not (Test-Path "$cache/$key")) {
                        foreach ($path in $paths | Where-Object { Test-Path "$place/$_" }) {
                            $null = New-Item "$cache/$key/$path" -ItemType Directory
                            Copy-Item "$place/$path/*" "$cache/$key/$path" -Recurse
                        }
                    }
                    elseif ($uses.Value -like '*/restore@*') {
                        $has = $step.with.PSObject.Properties.Name
                        $newest = 'restore-keys' -in $has ? (Get-ChildItem $cache -Filter "$($step.with.'restore-keys')*" | Sort-Object CreationTimeUtc, Name | Select-Object -Last 1) : $null
                        $newest = (Test-Path "$cache/$key") ? (Get-Item "$cache/$key") : $newest
                        $matched[$step.id] = $newest ? $newest.Name : ''
                        if (-not $newest -and 'fail-on-cache-miss' -in $has -and $step.with.'fail-on-cache-miss') {
                            if (-not $failed) { $failed = "$($step.name): no cache $key" }
                            continue
                        }

                        if ($newest -and 'lookup-only' -notin $has) { Copy-Item "$($newest.FullName)/.lipsync" $place -Recurse -Force }
                    }
                }
                elseif ($step.PSObject.Properties['run']) {
                    $run = Invoke-Runbook '-Command', "$($step.run); exit `$LASTEXITCODE" $place @{
                        BEGUN = "$($matched.begun)"; STORE = "$($matched.store)"; START = $Start
                        KLINGLIPSYNC_HOME = $workflow.jobs.lipsync.env.KLINGLIPSYNC_HOME.Replace('${{ github.workspace }}', $place)
                        KLINGLIPSYNC_MACHINE = $workflow.jobs.lipsync.env.KLINGLIPSYNC_MACHINE
                        GITHUB_STEP_SUMMARY = "$place/summary.md"
                    }
                    if ($run.Code -ne 0) {
                        if (-not $failed) { $failed = "$($step.name): $($run.Said)" }
                        continue
                    }
                }

                if ($step.PSObject.Properties['id']) { $went[$step.id] = $true }
            }

            [pscustomobject]@{ Failed = $failed; Place = $place }
        }
    }

    BeforeEach {
        if (-not $workflow) {
            Set-ItResult -Skipped -Because 'reading YAML takes python3 with PyYAML here'
            return
        }

        $scene = New-Scene $fal
        $cache = (New-Item "$($scene.Folder)/cache" -ItemType Directory).FullName
    }

    It 'lets one run at a time touch the store, and holds the key only where it is used' {
        $workflow.concurrency.group | Should -Be lipsync
        $workflow.concurrency.'cancel-in-progress' | Should -BeFalse
        $workflow.jobs.lipsync.'timeout-minutes' | Should -BeGreaterThan 0
        $workflow.permissions.contents | Should -Be read
        @($workflow.jobs.lipsync.steps | Where-Object { "$($_ | ConvertTo-Json)" -match 'secrets\.FAL_KEY' }).name | Should -Be @('Send', 'Collect')
    }

    It 'says <Code> to a start with <Start> where <Begun> began and <Store> is kept' -ForEach @(
        @{ Start = 'first'; Begun = ''; Store = ''; Code = 0 }
        @{ Start = 'first'; Begun = 'lipsync-begun-7-1'; Store = ''; Code = 5 }
        @{ Start = 'first'; Begun = ''; Store = 'lipsync-store-7-1-2'; Code = 5 }
        @{ Start = 'carried'; Begun = ''; Store = ''; Code = 5 }
        @{ Start = 'carried'; Begun = 'lipsync-begun-7-1'; Store = ''; Code = 5 }
        @{ Start = 'carried'; Begun = ''; Store = 'lipsync-store-7-1-2'; Code = 5 }
        @{ Start = 'carried'; Begun = 'lipsync-begun-7-1'; Store = 'lipsync-store-7-1-1'; Code = 0 }
        @{ Start = 'carried'; Begun = 'lipsync-begun-7-2'; Store = 'lipsync-store-7-1-2'; Code = 5 }
        @{ Start = 'carried'; Begun = 'lipsync-begun-8-1'; Store = 'lipsync-store-7-1-2'; Code = 5 }
        @{ Start = 'after-loss'; Begun = 'lipsync-begun-8-1'; Store = 'lipsync-store-7-1-2'; Code = 0 }
        @{ Start = 'after-loss'; Begun = ''; Store = ''; Code = 0 }
    ) {
        $said = & (Join-Path $runbooks GitHubActions/Assert-CarriedStore.ps1) -Begun $Begun -Store $Store -Start $Start
        $LASTEXITCODE | Should -Be $Code
        [bool]$said | Should -Be ($Code -ne 0)
    }

    It 'carries store and results from runner to runner, and pays once' {
        (Invoke-Workflow carried 1).Failed | Should -BeLike '*There is no store*'
        Get-ChildItem $cache | Should -BeNullOrEmpty
        $first = Invoke-Workflow first 2
        $first.Failed | Should -Be ''
        Get-ChildItem "$($first.Place)/.lipsync/out" | Should -HaveCount 4
        Get-Content "$($first.Place)/summary.md" -Raw | Should -BeLike '*Send: Pending*Collect: Saved*'
        (Invoke-Workflow carried 3).Failed | Should -Be ''
        Get-PaidCount | Should -Be 4
    }

    It 'sends nothing where the mark was not kept, and the next run goes on as if it had not begun' {
        (Invoke-Workflow first 1 -Lose 'Keep the mark').Failed | Should -BeLike 'Prove the mark:*'
        Get-PaidCount | Should -Be 0
        Get-ChildItem $cache | Should -BeNullOrEmpty
        (Invoke-Workflow first 2).Failed | Should -Be ''
        Copy-Item "$($scene.Clips)/anna.mp4" "$($scene.Clips)/new.mp4"
        Copy-Item "$($scene.Clips)/clara.m4a" "$($scene.Clips)/new.m4a"
        (Invoke-Workflow carried 3 -Lose 'Keep the mark').Failed | Should -BeLike 'Prove the mark:*'
        Get-PaidCount | Should -Be 4
        (Invoke-Workflow carried 4).Failed | Should -Be ''
        Get-PaidCount | Should -Be 5
    }

    It 'runs on the default branch alone: <Event> of <Ref>' -ForEach @(
        @{ Event = 'schedule'; Ref = 'refs/heads/main'; Default = $null; Runs = $true }
        @{ Event = 'workflow_dispatch'; Ref = 'refs/heads/main'; Default = 'main'; Runs = $true }
        @{ Event = 'workflow_dispatch'; Ref = 'refs/heads/other'; Default = 'main'; Runs = $false }
        @{ Event = 'workflow_dispatch'; Ref = 'refs/tags/main'; Default = 'main'; Runs = $false }
    ) {
        # The few words of GitHub's expressions that it has, as PowerShell's.
        $line = $workflow.jobs.lipsync.if -replace '\|\|', '-or' -replace '==', '-eq' -replace "format\(('[^']+'), ([\w.]+)\)", '($1 -f $2)' -replace 'github\.', '$github.'
        $github = @{ event_name = $Event; ref = $Ref; event = @{ repository = @{ default_branch = $Default } } }
        & ([scriptblock]::Create($line)) | Should -Be $Runs
    }

    It 'installs the version of this module, and no other' {
        $line = ($workflow.jobs.lipsync.steps | Where-Object name -EQ 'Install the module').run
        $line | Should -BeLike "* -Version $((Import-PowerShellDataFile (Join-Path $Root KlingLipSync.psd1)).ModuleVersion) *"
    }

    It 'lets -Core win, and refuses in it what the step says itself' {
        $step = Join-Path $runbooks GitHubActions/Invoke-LipSyncStep.ps1
        $env:GITHUB_STEP_SUMMARY = $null
        $run = Invoke-Runbook '-Command', "& '$step' Send -Core @{ NoWait = `$false }; exit `$LASTEXITCODE"
        $run.Said | Should -BeLike '*-Core cannot have NoWait*'
        Get-PaidCount | Should -Be 0
        $run = Invoke-Runbook '-Command', "& '$step' Send -Core @{ Budget = 30; Timeout = '00:10:00' }; & '$step' Collect -Core @{ Timeout = '00:10:00' }; exit `$LASTEXITCODE"
        $run.Code | Should -Be 0 -Because $run.Said
        Get-ChildItem "$($scene.Folder)/.lipsync/out" | Should -HaveCount 4
    }

    It 'refuses the older store after a runner was lost, and goes on after one that was lost while it collected' {
        (Invoke-Workflow first 1).Failed | Should -Be ''
        $null = Invoke-Workflow carried 2 -Lose 'Keep the store', 'Keep the store and the results'
        (Invoke-Workflow carried 3).Failed | Should -BeLike '*did not hand in its store*'
        (Invoke-Workflow after-loss 4 -Lose 'Keep the store and the results').Failed | Should -Be ''
        (Invoke-Workflow carried 5).Failed | Should -Be ''
        Get-PaidCount | Should -Be 4
    }
}

Describe 'The runbook of Azure Automation' {
    BeforeAll {
        # A container of blobs, as far as the runbook uses one: put, put if absent, get, delete, list in pages of two.
        $blobs = [Collections.Concurrent.ConcurrentDictionary[string, byte[]]]::new()
        $free = [Net.Sockets.TcpListener]::new([ipaddress]::Loopback, 0)
        $free.Start()
        $port = $free.LocalEndpoint.Port
        $free.Stop()
        $service = Start-ThreadJob {
            $port = $using:port
            $blobs = $using:blobs
            $listener = [Net.HttpListener]::new()
            $listener.Prefixes.Add("http://127.0.0.1:$port/")
            $listener.Start()
            while ($true) {
                $context = $listener.GetContext()
                $request, $response = $context.Request, $context.Response
                $name = [uri]::UnescapeDataString($request.Url.AbsolutePath) -replace '^/box/?'
                $body = [byte[]]@()
                if ($request.Url.AbsolutePath -eq '/end') { $response.Close(); break }
                if ($request.QueryString['sig'] -ne 'secret') { $response.StatusCode = 403 }
                elseif ($request.QueryString['comp'] -eq 'list') {
                    $prefix, $marker = $request.QueryString['prefix'], $request.QueryString['marker']
                    $names = @($blobs.Keys | Where-Object { $_.StartsWith($prefix) -and [string]::CompareOrdinal($_, $marker) -gt 0 } | Sort-Object -CaseSensitive)
                    $page = @($names | Select-Object -First 2)
                    $next = $names.Count -gt 2 ? $page[-1] : ''
                    $xml = '<?xml version="1.0" encoding="utf-8"?><EnumerationResults><Blobs>' + -join ($page | ForEach-Object { "<Blob><Name>$([Security.SecurityElement]::Escape($_))</Name></Blob>" }) + "</Blobs><NextMarker>$next</NextMarker></EnumerationResults>"
                    $body = [Text.Encoding]::UTF8.GetPreamble() + [Text.Encoding]::UTF8.GetBytes($xml)
                }
                elseif ($request.HttpMethod -eq 'PUT') {
                    $taken = [IO.MemoryStream]::new()
                    $request.InputStream.CopyTo($taken)
                    if ($request.Headers['x-ms-blob-type'] -ne 'BlockBlob') { $response.StatusCode = 400 }
                    elseif ($request.Headers['If-None-Match'] -eq '*') { $response.StatusCode = $blobs.TryAdd($name, $taken.ToArray()) ? 201 : 409 }
                    else { $blobs[$name] = $taken.ToArray(); $response.StatusCode = 201 }
                }
                elseif (-not $blobs.ContainsKey($name)) { $response.StatusCode = 404 }
                elseif ($request.HttpMethod -eq 'DELETE') { $null = $blobs.TryRemove($name, [ref] $body); $body = [byte[]]@(); $response.StatusCode = 202 }
                else { $body = $blobs[$name] }

                $response.ContentLength64 = $body.Length
                $response.OutputStream.Write($body, 0, $body.Length)
                $response.Close()
            }
        }

        function Start-Azure([string] $Parameter) {
            Start-Runbook '-Command', "
                function Get-AutomationPSCredential(`$Name) {
                    `$secret = [securestring]::new()
                    'demo'.ToCharArray().ForEach({ `$secret.AppendChar(`$_) })
                    [pscredential]::new('demo', `$secret)
                }
                function Get-AutomationVariable(`$Name) { 'http://127.0.0.1:$port/box?sv=1&sig=secret' }
                & '$(Join-Path $runbooks AzureAutomation/Start-LipSyncRunbook.ps1)' $Parameter"
        }

        function Invoke-Azure([string] $Parameter) { Receive-Runbook (Start-Azure $Parameter) }
    }

    AfterAll {
        $null = Invoke-WebRequest "http://127.0.0.1:$port/end" -SkipHttpErrorCheck -ErrorAction Ignore
        $service | Receive-Job -Wait -AutoRemoveJob -ErrorAction Ignore
    }

    BeforeEach {
        $scene = New-Scene $fal
        $env:FAL_KEY = $null
        $blobs.Clear()
        Get-ChildItem $scene.Clips | Where-Object BaseName -In anna, clara | ForEach-Object { $blobs["in/$($_.Name)"] = [IO.File]::ReadAllBytes($_.FullName) }
    }

    It 'carries the store through the container in the sandbox, and pays once' {
        $run = Invoke-Azure
        $run.Code | Should -Be 1
        $run.Said | Should -BeLike '*There is no state/store.zip*'
        $blobs.Keys | Should -Not -Contain 'state/in-use.json'

        $run = Invoke-Azure '-FirstRun $true'
        $run.Code | Should -Be 0 -Because $run.Said
        $run.Summary.outcome | Should -Be Saved
        $run.Said | Should -Not -Match 'demo:demo|sig=secret'
        $blobs.Keys | Where-Object { $_ -notlike 'in/*' } | Sort-Object | Should -Be @('out/anna.lipsync.mp4', 'out/clara.lipsync.mp4', 'state/store.zip')

        $blobs['in/anna copy.mp4'] = $blobs['in/anna.mp4']
        $blobs['in/anna copy.wav'] = $blobs['in/anna.wav']
        $run = Invoke-Azure
        $run.Code | Should -Be 0 -Because $run.Said
        $blobs.Keys | Should -Contain 'out/anna copy.lipsync.mp4'
        Get-PaidCount | Should -Be 2
    }

    It 'sends nothing beside another job, nor after one that died with the store' {
        Add-Fault $fal @{ route = 'initiate'; kind = 'slow-headers'; milliseconds = 600000; times = 4 }
        $child = Start-Azure '-FirstRun $true'
        Wait-Until { (Get-Ledger $fal).counts.initiate -gt 0 }
        $child.Kill()
        $child.WaitForExit()
        $null = Invoke-RestMethod "$($fal.Url)/_emulator/faults" -Method Delete
        $run = Invoke-Azure '-FirstRun $true'
        $run.Code | Should -Be 1
        $run.Said | Should -BeLike '*another job is at work*'
        Get-PaidCount | Should -Be 0

        $null = $blobs.TryRemove('state/in-use.json', [ref] [byte[]]@())
        (Invoke-Azure '-FirstRun $true').Code | Should -Be 0
        Get-PaidCount | Should -Be 2
    }

    It 'has the results in the container before a store that says that they are saved' {
        $slow = Start-Emulator '--run-seconds', '10'
        try {
            $env:KLINGLIPSYNC_ENDPOINT = $slow.Url
            $child = Start-Azure '-FirstRun $true'
            Wait-Until { (Get-Ledger $slow).counts.stream -ge 2 }
            $child.Kill()
            $child.WaitForExit()
            $null = $blobs.TryRemove('state/in-use.json', [ref] [byte[]]@())
            Wait-Until { -not ((Get-Ledger $slow).requests | Where-Object state -NE COMPLETED) }

            # Saves the two, sends a third, hands the store in, waits for the third, and dies.
            $blobs['in/anna copy.mp4'] = [IO.File]::ReadAllBytes("$($scene.Clips)/anna.mp4")
            $blobs['in/anna copy.m4a'] = [IO.File]::ReadAllBytes("$($scene.Clips)/clara.m4a")
            $child = Start-Azure
            Wait-Until { (Get-Ledger $slow).counts.stream -ge 3 }
            $child.Kill()
            $child.WaitForExit()
            $blobs.Keys | Should -Contain 'out/anna.lipsync.mp4'
            $blobs.Keys | Should -Contain 'out/clara.lipsync.mp4'

            $null = $blobs.TryRemove('state/in-use.json', [ref] [byte[]]@())
            $run = Invoke-Azure
            $run.Code | Should -Be 0 -Because $run.Said
            $blobs.Keys | Should -Contain 'out/anna copy.lipsync.mp4'
            @((Get-Ledger $slow).requests).Count | Should -Be 3
        }
        finally {
            Stop-Emulator $slow
        }
    }

    It 'lets -Core win, and refuses in it what it says itself' {
        $run = Invoke-Azure "-FirstRun `$true -Core @{ Path = '.'; StorePath = '.' }"
        $run.Code | Should -Be 1
        $run.Said | Should -BeLike '*-Core cannot have Path, StorePath*'
        $blobs.Keys | Where-Object { $_ -notlike 'in/*' } | Should -BeNullOrEmpty
        $run = Invoke-Azure "-FirstRun `$true -Core @{ Budget = 0.01 }"
        $run.Said | Should -BeLike '*BudgetExceeded*'
        Get-PaidCount | Should -Be 0
        $run = Invoke-Azure "-FirstRun `$true -Core @{ Budget = 30; Timeout = '00:10:00' }"
        $run.Code | Should -Be 0 -Because $run.Said
        Get-PaidCount | Should -Be 2
    }

    It 'works in the folders of a hybrid worker, and fails the job for what somebody has to look at' {
        $run = Invoke-Azure "-Path '$($scene.Clips)' -Destination '$($scene.Out)'"
        $run.Code | Should -Be 0 -Because $run.Said
        Get-ChildItem $scene.Out | Should -HaveCount 4
        Set-Content "$($scene.Clips)/anna.mp4" text
        $run = Invoke-Azure "-Path '$($scene.Clips)' -Destination '$($scene.Out)'"
        $run.Code | Should -Be 1
        $run.Said | Should -BeLike '*AllRefused*ended with 4*'
    }
}
