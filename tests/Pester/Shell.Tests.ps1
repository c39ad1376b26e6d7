# What becomes of the commands in shells as they are found: without a screen, without a user, locked down, strict, in jobs, interrupted.
BeforeAll {
    . (Join-Path $PSScriptRoot 'common.ps1')
    Import-Module $Manifest -Force
    $fal = Start-Emulator
    $pwsh = (Get-Process -Id $PID).Path

    # A PowerShell of its own, its streams redirected and its input closed.
    function Start-Shell([string] $Script, [string[]] $Switch = @(), [hashtable] $Environment = @{}) {
        # Whoever starts the tests in the background may have told them to ignore Ctrl+C, and a child inherits that.
        $start = [Diagnostics.ProcessStartInfo]::new($IsLinux ? 'env' : $pwsh)
        if ($IsLinux) {
            '--default-signal=INT', $pwsh | ForEach-Object { $start.ArgumentList.Add($_) }
        }

        $file = Join-Path $TestDrive "$([guid]::NewGuid().ToString('N')).ps1"
        Set-Content -LiteralPath $file $Script
        foreach ($word in @('-NoProfile') + $Switch + @('-File', $file)) {
            $start.ArgumentList.Add($word)
        }

        $start.RedirectStandardInput = $start.RedirectStandardOutput = $start.RedirectStandardError = $true
        $Environment.Keys | ForEach-Object { $start.Environment[$_] = $Environment[$_] }
        $process = [Diagnostics.Process]::Start($start)
        $process.StandardInput.Close()
        [pscustomobject]@{ Process = $process; Output = $process.StandardOutput.ReadToEndAsync(); Errors = $process.StandardError.ReadToEndAsync() }
    }

    function Wait-Shell($Shell) {
        if (-not $Shell.Process.WaitForExit(120000)) {
            $Shell.Process.Kill()
            throw 'The shell hangs.'
        }

        [pscustomobject]@{ ExitCode = $Shell.Process.ExitCode; Output = $Shell.Output.Result; Errors = $Shell.Errors.Result }
    }

    function Invoke-Shell([string] $Script, [string[]] $Switch = @(), [hashtable] $Environment = @{}) { Wait-Shell (Start-Shell $Script $Switch $Environment) }

    function Wait-Until([scriptblock] $Condition) {
        $patience = [Diagnostics.Stopwatch]::StartNew()
        while (-not (& $Condition)) {
            if ($patience.Elapsed.TotalSeconds -gt 60) {
                throw "It never came to this: $Condition"
            }

            Start-Sleep -Milliseconds 50
        }
    }
}

AfterAll { Stop-Emulator $fal }

Describe 'Without a screen' {
    BeforeEach { $scene = New-Scene $fal }

    It 'a batch is the same: <Case>' -ForEach @(
        @{ Case = 'all streams into a file'; Line = '{0} *> "$place/all.txt"'; Switch = @(); Environment = @{} }
        @{ Case = 'Out-File'; Line = '{0} | Out-File "$place/out.txt"'; Switch = @(); Environment = @{} }
        @{ Case = 'nobody to ask'; Line = '{0}'; Switch = @('-NonInteractive'); Environment = @{} }
        @{ Case = 'a terminal that can nothing'; Line = '{0}'; Switch = @(); Environment = @{ TERM = 'dumb' } }
        @{ Case = 'no colours'; Line = '{0}'; Switch = @(); Environment = @{ NO_COLOR = '1' } }
        @{ Case = 'no progress'; Line = '$ProgressPreference = "SilentlyContinue"; {0}'; Switch = @(); Environment = @{} }
        @{ Case = 'progress ignored'; Line = '{0} -ProgressAction Ignore'; Switch = @(); Environment = @{} }
        @{ Case = 'no culture data'; Line = '{0}'; Switch = @(); Environment = @{ DOTNET_SYSTEM_GLOBALIZATION_INVARIANT = '1' } }
    ) {
        $line = $Line.Replace('{0}', "Get-ChildItem '$($scene.Clips)/*.mp4' | Invoke-KlingLipSync -Destination '$($scene.Out)'")
        $told = Invoke-Shell "Import-Module '$Manifest'; `$place = '$($scene.Folder)'; $line; exit `$Error.Count" $Switch $Environment
        $told.ExitCode | Should -Be 0
        $told.Errors | Should -BeNullOrEmpty
        (Get-ChildItem $scene.Out).Name | Should -Be @('anna.lipsync.mp4', 'clara.lipsync.mp4', 'david.lipsync.mp4')
        (Get-Ledger $fal).counts.submit | Should -Be 3
        if ($Environment.Keys -match 'TERM|NO_COLOR') {
            $told.Output | Should -Not -Match '\x1b\['
        }
    }

    It 'a question that nobody can answer is one clear error and no hang' {
        $told = Invoke-Shell -Switch '-NonInteractive' "
            Import-Module '$Manifest'
            try { Invoke-KlingLipSync '$($scene.Clips)/anna.mp4' -Confirm -ErrorAction Stop } catch { `"`$(`$_.FullyQualifiedErrorId)|`$_`" }
            `$Error.Count"
        $lines = $told.Output.Trim() -split '\r?\n'
        $lines | Should -HaveCount 2
        $lines[0] | Should -Match 'NonInteractive'
        $lines[1] | Should -Be '1'
        (Get-Ledger $fal).counts.PSObject.Properties.Value | Measure-Object -Sum | ForEach-Object Sum | Should -Be 0
    }

    It 'a mandatory parameter that is missing is one error and no hang' {
        $told = Invoke-Shell -Switch '-NonInteractive' "Import-Module '$Manifest'; try { Save-KlingLipSyncResult x -ErrorAction Stop } catch { `$_.FullyQualifiedErrorId }"
        $told.Output.Trim() | Should -Be 'MissingMandatoryParameter,KlingLipSync.Commands.SaveKlingLipSyncResultCommand'
    }
}

Describe 'Ctrl+C at a shell' {
    It 'ends it within seconds, says what goes on, and the same command finishes it' -Skip:$IsWindows {
        $scene = New-Scene $fal
        Add-Fault $fal @{ route = 'stream'; kind = 'slow-headers'; milliseconds = 600000; times = 9 }
        $shell = Start-Shell "Import-Module '$Manifest'; Get-ChildItem '$($scene.Clips)/*.mp4' | Invoke-KlingLipSync -Destination '$($scene.Out)'; 'not reached'"
        Wait-Until { (Get-Ledger $fal).counts.stream -eq 3 }
        $watch = [Diagnostics.Stopwatch]::StartNew()
        & kill -INT $shell.Process.Id
        $told = Wait-Shell $shell
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 15
        $told.Output | Should -Not -Match 'not reached'
        "$($told.Output)$($told.Errors)" | Should -Match '3 jobs accepted or on the way'
        $null = Invoke-RestMethod "$($fal.Url)/_emulator/faults" -Method Delete
        (Invoke-KlingLipSync "$($scene.Clips)/*.mp4" -Destination $scene.Out).State | Should -Be @('Saved', 'Saved', 'Saved')
        (Get-Ledger $fal).counts.submit | Should -Be 3
        Get-ChildItem $scene.Out -Force | Should -HaveCount 3
    }
}

Describe 'In jobs' {
    BeforeEach { $scene = New-Scene $fal }

    It 'what a background job returns is piped on' {
        $films = "$($scene.Clips)/*.mp4"
        $work = Start-Job { Import-Module $using:Manifest; Invoke-KlingLipSync $using:films -NoWait -WarningAction SilentlyContinue }
        $jobs = $work | Receive-Job -Wait -AutoRemoveJob
        $jobs | Should -HaveCount 3
        $jobs | Wait-KlingLipSyncJob | Save-KlingLipSyncResult -Destination $scene.Out | Should -HaveCount 3
        ($jobs | Invoke-KlingLipSync -Destination $scene.Out).Reused | Should -Be @($true, $true, $true)
        (Get-Ledger $fal).counts.submit | Should -Be 3
    }

    It 'a background job that fails tells it by the same id' {
        $work = Start-Job { Import-Module $using:Manifest; Invoke-KlingLipSync -LiteralPath /nowhere/x.mp4 }
        $null = $work | Receive-Job -Wait -ErrorVariable failed -ErrorAction SilentlyContinue
        $work.State | Should -Be 'Completed'
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'FileNotFound,*'
        $failed[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        Remove-Job $work
    }

    It 'a background job can be stopped, and the same command finishes it' {
        Add-Fault $fal @{ route = 'stream'; kind = 'slow-headers'; milliseconds = 600000; times = 9 }
        $films, $place = "$($scene.Clips)/*.mp4", $scene.Out
        $work = Start-ThreadJob { Import-Module $using:Manifest; Invoke-KlingLipSync $using:films -Destination $using:place }
        Wait-Until { (Get-Ledger $fal).counts.stream -eq 3 }
        $watch = [Diagnostics.Stopwatch]::StartNew()
        Stop-Job $work
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 15
        Remove-Job $work -Force
        $null = Invoke-RestMethod "$($fal.Url)/_emulator/faults" -Method Delete
        (Invoke-KlingLipSync $films -Destination $place).State | Should -Be @('Saved', 'Saved', 'Saved')
        (Get-Ledger $fal).counts.submit | Should -Be 3
    }

    It 'parallel runspaces each have a key of their own' {
        $env:FAL_KEY = $null
        $clip = "$($scene.Clips)/anna.mp4"
        $ids = 'demo', $null | ForEach-Object -Parallel {
            Import-Module $using:Manifest
            if ($_) { $null = Connect-KlingLipSync -ApiKey (ConvertTo-SecureString "${_}:$_" -AsPlainText -Force) }
            try { (Invoke-KlingLipSync $using:clip -NoWait -ErrorAction Stop).KeyId } catch { $_.FullyQualifiedErrorId }
        }
        $ids | Sort-Object | Should -Be @('demo', 'NoApiKey,KlingLipSync.Commands.InvokeKlingLipSyncCommand')
    }
}

Describe 'Locked down' {
    BeforeEach {
        $scene = New-Scene $fal
        $shell = [powershell]::Create()
        $null = $shell.AddScript("Import-Module '$Manifest'").Invoke()
        $shell.Runspace.SessionStateProxy.LanguageMode = 'ConstrainedLanguage'
        function Invoke-Constrained([string] $Script) {
            $shell.Commands.Clear()
            $shell.AddScript($Script).Invoke()
            $shell.Streams.Error | Should -BeNullOrEmpty
        }
    }

    AfterEach { $shell.Runspace.Dispose() }

    It 'a batch runs from Get-ChildItem to files' {
        Invoke-Constrained "(Get-ChildItem '$($scene.Clips)/*.mp4' | Invoke-KlingLipSync -AudioPath { Get-ChildItem -Path (`$_.FullName -replace 'mp4$', '*') -Include *.wav, *.mp3, *.m4a | ForEach-Object FullName } -Destination '$($scene.Out)').Count" |
            Should -Be 3
        Get-ChildItem $scene.Out | Should -HaveCount 3
    }

    It 'ids complete by Tab and the help is there' {
        $job = Invoke-KlingLipSync "$($scene.Clips)/anna.mp4" -NoWait
        Invoke-Constrained "(TabExpansion2 'Get-KlingLipSyncJob -Id ' 24).CompletionMatches.CompletionText" | Should -Contain $job.Id
        (Invoke-Constrained '(Get-Help Invoke-KlingLipSync).Synopsis') | Should -Not -BeNullOrEmpty
    }
}

Describe 'In strict mode' {
    It 'a whole batch runs and shows itself without an error' {
        $scene = New-Scene $fal
        $told = Invoke-Shell "
            Set-StrictMode -Version Latest
            `$ErrorActionPreference = 'Stop'
            Import-Module '$Manifest'
            `$clips = Get-ChildItem '$($scene.Clips)/*.mp4'
            `$clips | Get-KlingLipSyncMedia -Pair | Format-Table | Out-String
            `$clips | Get-KlingLipSyncMedia | Format-List | Out-String
            `$clips | Measure-KlingLipSyncCost | Out-String
            `$clips | Invoke-KlingLipSync -NoWait | Out-String
            Get-KlingLipSyncJob -Pending | Watch-KlingLipSyncJob -IncludeLog | Out-String
            Get-KlingLipSyncJob | Save-KlingLipSyncResult -Destination '$($scene.Out)' | Out-String
            `$clips | Invoke-KlingLipSync -Destination '$($scene.Out)' | Format-Table | Out-String
            Get-KlingLipSyncJob | Format-List | Out-String
            Get-KlingLipSyncJob | Sort-Object State | Format-Table -GroupBy State | Out-String
            Set-KlingLipSyncBudget 5 Day; Get-KlingLipSyncBudget | Out-String
            Connect-KlingLipSync | Out-String
            exit `$Error.Count"
        $told.Errors | Should -BeNullOrEmpty
        $told.ExitCode | Should -Be 0
        $told.Output | Should -Match 'anna\.mp4'
        (Get-Ledger $fal).counts.submit | Should -Be 3
    }
}

Describe 'The module in a shell' {
    BeforeEach { $scene = New-Scene $fal }

    It 'comes in by itself where it lies on the path' {
        $home1 = Join-Path $TestDrive 'modules'
        $null = New-Item (Join-Path $home1 'KlingLipSync') -ItemType Directory -Force
        Copy-Item (Join-Path (Split-Path $Manifest) '*') (Join-Path $home1 'KlingLipSync') -Recurse -Force
        $told = Invoke-Shell "
            `$env:PSModulePath = '$home1'
            (Invoke-KlingLipSync '$($scene.Clips)/anna.mp4' -NoWait).State
            (Get-Module KlingLipSync).ModuleBase"
        $told.Output.Trim() -split '\r?\n' | Should -Be @('Queued', (Join-Path $home1 'KlingLipSync'))
        $told.Errors | Should -BeNullOrEmpty
    }

    It 'is one copy: another one is one readable error, and the first one works on' {
        $second = Join-Path $TestDrive 'second'
        $null = New-Item (Join-Path $second 'KlingLipSync') -ItemType Directory -Force
        Copy-Item (Join-Path (Split-Path $Manifest) '*') (Join-Path $second 'KlingLipSync') -Recurse -Force
        $psd1 = Join-Path $second 'KlingLipSync/KlingLipSync.psd1'
        (Get-Content $psd1) -replace "ModuleVersion\s*=\s*'[\d.]+'", "ModuleVersion = '99.0.0'" | Set-Content $psd1
        $told = Invoke-Shell "
            Import-Module '$Manifest'
            try { Import-Module '$psd1' -ErrorAction Stop } catch { `$_.FullyQualifiedErrorId; `$_.ErrorDetails.RecommendedAction }
            @(Get-Module KlingLipSync).Count
            (Invoke-KlingLipSync '$($scene.Clips)/anna.mp4' -NoWait).State
            Import-Module '$Manifest' -Force
            Import-Module '$psd1'"
        $lines = $told.Output.Trim() -split '\r?\n'
        $lines[0] | Should -Be 'AnotherCopyLoaded,Microsoft.PowerShell.Commands.ImportModuleCommand'
        $lines[1] | Should -BeLike 'Start a new session*'
        $lines[2..3] | Should -Be @('1', 'Queued')
        ($told.Errors -replace '\x1b\[[\d;]*m' -replace '\s*\|?\s*\r?\n\s*\|?\s*', ' ') | Should -BeLike "*has loaded KlingLipSync from '$(Split-Path $Manifest)'*"
        ([regex]::Matches($told.Errors, 'Import-Module:')).Count | Should -Be 1
    }

    It 'goes and comes back' {
        $told = Invoke-Shell "
            1..3 | ForEach-Object { Import-Module '$Manifest'; Remove-Module KlingLipSync }
            @(Get-Command -Module KlingLipSync).Count
            Import-Module '$Manifest'
            (Invoke-KlingLipSync '$($scene.Clips)/anna.mp4' -NoWait).State"
        $told.Output.Trim() -split '\r?\n' | Should -Be @('0', 'Queued')
        $told.Errors | Should -BeNullOrEmpty
    }
}
