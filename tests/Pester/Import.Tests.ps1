Describe 'The module, imported' {
    BeforeAll {
        . "$PSScriptRoot/common.ps1"
        $kept = Save-TestSurroundings
        $env:KLINGLIPSYNC_HOME = Join-Path $TestDrive 'store'
        Import-Module $manifest -Force
        $commands = 'Connect-KlingLipSync', 'Disconnect-KlingLipSync', 'Get-KlingLipSyncJob', 'Invoke-KlingLipSync',
        'Save-KlingLipSyncResult', 'Stop-KlingLipSyncJob', 'Wait-KlingLipSyncJob'
    }

    AfterAll { Restore-TestSurroundings $kept }

    It 'brings its commands and nothing else' {
        (Get-Command -Module KlingLipSync).Name | Sort-Object | Should -Be $commands
    }

    It 'has the version of its manifest' {
        (Get-Module KlingLipSync).Version | Should -Be (Import-PowerShellDataFile $manifest).ModuleVersion
    }

    It 'lets its types be named' {
        [KlingLipSync.LipSyncJobState]::Saved | Should -Be 'Saved'
    }

    It 'shows a syntax for each command' {
        foreach ($name in $commands) {
            Get-Command $name -Syntax | Should -Match "^\s*$name"
            (Get-Help $name).Synopsis | Should -Match $name
        }
    }

    It 'is imported again by -Force and goes on working' {
        Import-Module $manifest -Force
        Import-Module $manifest -Force
        Get-KlingLipSyncJob -Local | Should -BeNullOrEmpty
        (Get-Command -Module KlingLipSync).Count | Should -Be $commands.Count
    }

    It 'is imported by several runspaces at once' {
        $counts = 1..4 | ForEach-Object -Parallel {
            Import-Module $using:manifest
            $null = Get-KlingLipSyncJob -Local
            (Get-Command -Module KlingLipSync).Count
        } -ThrottleLimit 4
        $counts | Should -Be (@($commands.Count) * 4)
    }

    It 'comes twice at once into a new process' {
        $text = "1..2 | ForEach-Object -Parallel { Import-Module '$manifest'; (Get-Command -Module KlingLipSync).Count }"
        pwsh -NoLogo -NoProfile -NonInteractive -Command $text | Should -Be @("$($commands.Count)", "$($commands.Count)")
    }
}
