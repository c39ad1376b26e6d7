# Every command by parameter and by pipe, each with a real effect. The list is the manifest's own: a new command without both fails here.
BeforeDiscovery {
    . (Join-Path $PSScriptRoot 'common.ps1')
    $commands = (Import-PowerShellDataFile $Manifest).CmdletsToExport | ForEach-Object { @{ Command = $_ } }
}

BeforeAll {
    . (Join-Path $PSScriptRoot 'common.ps1')
    Import-Module $Manifest -Force
    $fal = Start-Emulator

    # Each is run in a scene of its own: clips of $scene, a completed job $job, and a key $key. A command that takes nothing from the
    # pipe says so by a Pipe of $null; then its parameters must say the same.
    $cases = @{
        'Connect-KlingLipSync'     = @{
            Parameter = {
                (Connect-KlingLipSync -ApiKey $key -Endpoint $fal.Url -StorePath "$($scene.Folder)/mine").KeyId | Should -Be 'demo'
                $env:FAL_KEY = $null
                $null = Invoke-KlingLipSync $clip -NoWait
                "$($scene.Folder)/mine/store.db" | Should -Exist
            }
            Pipe      = {
                $env:FAL_KEY = $null
                ($key | Connect-KlingLipSync).KeyId | Should -Be 'demo'
                (Invoke-KlingLipSync $clip -NoWait).KeyId | Should -Be 'demo'
            }
        }
        'Disconnect-KlingLipSync'  = @{
            Parameter = {
                $null = Connect-KlingLipSync -ApiKey $key
                $env:FAL_KEY = $null
                Disconnect-KlingLipSync
                { Invoke-KlingLipSync $clip -ErrorAction Stop } | Should -Throw -ErrorId 'NoApiKey,*'
            }
            Pipe      = $null
        }
        'Get-KlingLipSyncBudget'   = @{
            Parameter = {
                Set-KlingLipSyncBudget 2 Day
                Set-KlingLipSyncBudget 30 Month
                (Get-KlingLipSyncBudget Month -KeyId d* -Endpoint http*).Amount | Should -Be 30
            }
            Pipe      = {
                Set-KlingLipSyncBudget 2 Day
                ($job | Get-KlingLipSyncBudget).Amount | Should -Be 2
                [pscustomobject]@{ KeyId = 'another' } | Get-KlingLipSyncBudget | Should -BeNullOrEmpty
            }
        }
        'Get-KlingLipSyncJob'      = @{
            Parameter = { (Get-KlingLipSyncJob -Id $job.Id).RequestId | Should -Be $job.RequestId }
            Pipe      = {
                ($job | Get-KlingLipSyncJob).State | Should -Be 'Completed'
                ($job.RequestId | Get-KlingLipSyncJob).Id | Should -Be $job.Id
            }
        }
        'Get-KlingLipSyncMedia'    = @{
            Parameter = { (Get-KlingLipSyncMedia -LiteralPath $clip -Pair).AudioPath | Should -BeLike '*anna.wav' }
            Pipe      = { (Get-ChildItem $scene.Clips -Include *.mp4 -Recurse | Get-KlingLipSyncMedia -Pair).Verdict | Should -Not -Contain 'Refuse' }
        }
        'Invoke-KlingLipSync'      = @{
            Parameter = { (Invoke-KlingLipSync -Path $clip -Destination $scene.Out).OutputPath | Should -Exist }
            Pipe      = {
                (Get-Item $clip | Invoke-KlingLipSync -Destination $scene.Out).OutputPath | Should -Exist
                ($clip | Invoke-KlingLipSync -Destination $scene.Out).Reused | Should -BeTrue
                (Get-Ledger $fal).counts.submit | Should -Be 1
            }
        }
        'Measure-KlingLipSyncCost' = @{
            Parameter = { (Measure-KlingLipSyncCost -LiteralPath $clip).Cost | Should -Be 0.07 }
            Pipe      = { (Get-Item "$($scene.Clips)/*.mp4" | Measure-KlingLipSyncCost).Clips | Should -Be 3 }
        }
        'Remove-KlingLipSyncBudget' = @{
            Parameter = {
                Set-KlingLipSyncBudget 2 Day
                Remove-KlingLipSyncBudget -Period Day
                Get-KlingLipSyncBudget | Should -BeNullOrEmpty
            }
            Pipe      = {
                Set-KlingLipSyncBudget 2 Day
                Get-KlingLipSyncBudget | Remove-KlingLipSyncBudget
                Get-KlingLipSyncBudget | Should -BeNullOrEmpty
            }
        }
        'Remove-KlingLipSyncJob'   = @{
            Parameter = {
                Remove-KlingLipSyncJob -Id $job.Id -Force
                Get-KlingLipSyncJob -Local | Should -BeNullOrEmpty
            }
            Pipe      = {
                $job | Remove-KlingLipSyncJob -Force
                Get-KlingLipSyncJob -Local | Should -BeNullOrEmpty
            }
        }
        'Save-KlingLipSyncResult'  = @{
            Parameter = { (Save-KlingLipSyncResult -Id $job.Id -Destination $scene.Out).FullName | Should -Exist }
            Pipe      = { ($job | Save-KlingLipSyncResult -Destination $scene.Out).FullName | Should -Exist }
        }
        'Set-KlingLipSyncBudget'   = @{
            Parameter = { (Set-KlingLipSyncBudget -Amount 2.5 -Period Day -PassThru).Left | Should -Be 2.43 }
            Pipe      = {
                "Period,Amount`nDay,2.5`nMonth,30" | ConvertFrom-Csv | Set-KlingLipSyncBudget
                (Get-KlingLipSyncBudget).Amount | Should -Be @(2.5, 30)
            }
        }
        'Stop-KlingLipSyncJob'     = @{
            Parameter = { (Stop-KlingLipSyncJob -Id $running.Id).CancelOutcome | Should -Be 'Requested' }
            Pipe      = {
                ($running | Stop-KlingLipSyncJob).CancelOutcome | Should -Be 'Requested'
                (Get-Ledger $slow).counts.cancel | Should -Be 1
            }
        }
        'Test-KlingLipSyncMedia'   = @{
            Parameter = { Test-KlingLipSyncMedia -LiteralPath $clip -Pair | Should -BeTrue }
            Pipe      = { Get-ChildItem "$($scene.Clips)/*.mp4" | Test-KlingLipSyncMedia | Should -Be @($true, $true, $true) }
        }
        'Wait-KlingLipSyncJob'     = @{
            Parameter = { (Wait-KlingLipSyncJob -Id $job.Id -Timeout 30).State | Should -Be 'Completed' }
            Pipe      = { (Invoke-KlingLipSync "$($scene.Clips)/*.mp4" -NoWait | Wait-KlingLipSyncJob).State | Should -Be @('Completed', 'Completed', 'Completed') }
        }
        'Watch-KlingLipSyncJob'    = @{
            Parameter = { (Watch-KlingLipSyncJob -Id $job.Id)[-1].State | Should -Be 'Completed' }
            Pipe      = { (Invoke-KlingLipSync "$($scene.Clips)/*.mp4" -NoWait | Watch-KlingLipSyncJob | Where-Object State -EQ 'Completed').Id | Should -HaveCount 3 }
        }
    }

    $slow = Start-Emulator '--queue-seconds', '0', '--run-seconds', '600'
}

AfterAll {
    Stop-Emulator $fal
    Stop-Emulator $slow
}

Describe '<Command>' -ForEach $commands {
    BeforeEach {
        $needsRunning = $Command -eq 'Stop-KlingLipSyncJob'
        $scene = New-Scene $(if ($needsRunning) { $slow } else { $fal })
        $clip = Join-Path $scene.Clips anna.mp4
        $key = ConvertTo-SecureString 'demo:demo' -AsPlainText -Force
        if ($needsRunning) {
            $running = Invoke-KlingLipSync $clip -NoWait
        }
        elseif ($Command -notin 'Invoke-KlingLipSync', 'Connect-KlingLipSync') {
            $job = Invoke-KlingLipSync $clip
        }
    }

    AfterEach { Disconnect-KlingLipSync }

    It 'works by parameter' {
        $cases.Keys | Should -Contain $Command
        $Error.Clear()
        . $cases[$Command].Parameter
    }

    It 'works by pipe' {
        $cases.Keys | Should -Contain $Command
        $taking = (Get-Command $Command).Parameters.Values.Attributes |
            Where-Object { $_ -is [Management.Automation.ParameterAttribute] -and ($_.ValueFromPipeline -or $_.ValueFromPipelineByPropertyName) }
        if ($cases[$Command].Pipe) {
            $taking | Should -Not -BeNullOrEmpty
            . $cases[$Command].Pipe
        }
        else {
            $taking | Should -BeNullOrEmpty
        }
    }
}

Describe 'A pipeline of all of it' {
    It 'checks, sends, waits, saves, forgets' {
        $scene = New-Scene $fal
        $files = Get-ChildItem "$($scene.Clips)/*.mp4" | Get-KlingLipSyncMedia -Pair | Where-Object Verdict -NE 'Refuse' |
            Invoke-KlingLipSync -NoWait -PipelineVariable sent | Wait-KlingLipSyncJob | Save-KlingLipSyncResult -Destination $scene.Out -OutVariable kept
        $files | Should -HaveCount 3
        $kept | Should -HaveCount 3
        Get-KlingLipSyncJob -State Saved | Remove-KlingLipSyncJob
        Get-KlingLipSyncJob | Should -BeNullOrEmpty
        (Get-Ledger $fal).counts.submit | Should -Be 3
    }

    It 'ends early behind <_> and loses nothing' -ForEach @(
        'Get-KlingLipSyncJob', '$jobs | Wait-KlingLipSyncJob', '$jobs | Watch-KlingLipSyncJob', '$jobs | Stop-KlingLipSyncJob'
        '$jobs | Save-KlingLipSyncResult -Destination $scene.Out', 'Get-ChildItem "$($scene.Clips)/*.mp4" | Get-KlingLipSyncMedia'
        'Get-ChildItem "$($scene.Clips)/*.mp4" | Test-KlingLipSyncMedia'
    ) {
        $scene = New-Scene $fal
        $jobs = Invoke-KlingLipSync "$($scene.Clips)/*.mp4"
        $Error.Clear()
        & ([scriptblock]::Create($_)) | Select-Object -First 1 | Should -HaveCount 1
        $Error | Should -BeNullOrEmpty
        (Invoke-KlingLipSync "$($scene.Clips)/*.mp4" -Destination $scene.Out).State | Should -Be @('Saved', 'Saved', 'Saved')
        (Get-Ledger $fal).counts.submit | Should -Be 3
    }
}
