BeforeAll {
    . (Join-Path $PSScriptRoot 'common.ps1')
    Import-Module $Manifest -Force
}

Describe 'The module' {
    It 'has exactly its commands' {
        (Get-Command -Module KlingLipSync).Name | Sort-Object | Should -Be @(
            'Connect-KlingLipSync', 'Disconnect-KlingLipSync', 'Get-KlingLipSyncBudget', 'Get-KlingLipSyncJob', 'Get-KlingLipSyncMedia',
            'Invoke-KlingLipSync', 'Measure-KlingLipSyncCost', 'Remove-KlingLipSyncBudget', 'Remove-KlingLipSyncJob', 'Save-KlingLipSyncResult', 'Set-KlingLipSyncBudget',
            'Stop-KlingLipSyncJob', 'Test-KlingLipSyncMedia', 'Wait-KlingLipSyncJob', 'Watch-KlingLipSyncJob')
    }

    It 'uses approved verbs only' {
        Get-Command -Module KlingLipSync | ForEach-Object Verb | Should -BeIn (Get-Verb).Verb
    }

    It 'names its types' {
        [KlingLipSync.LipSyncJobState]::Saved | Should -Be 'Saved'
        [KlingLipSync.LipSyncJob].FullName | Should -Be 'KlingLipSync.LipSyncJob'
    }

    It 'is imported again with -Force, commands and all' {
        Import-Module $Manifest -Force
        Import-Module $Manifest -Force
        (Get-Command Get-KlingLipSyncJob).Source | Should -Be 'KlingLipSync'
    }

    It 'is imported and used by several runspaces at once' {
        $folder = Join-Path $TestDrive 'parallel'
        1..4 | ForEach-Object -ThrottleLimit 4 -Parallel {
            Import-Module $using:Manifest
            $env:KLINGLIPSYNC_HOME = $using:folder
            @(Get-KlingLipSyncJob -Local).Count
        } | Should -Be @(0, 0, 0, 0)
    }

    It 'has the manifest in order' {
        (Test-ModuleManifest $Manifest).Version | Should -Be (Get-Module KlingLipSync).Version
    }

    It 'does its work in strict mode, in a process of its own' {
        $env:KLINGLIPSYNC_HOME = Join-Path $TestDrive 'strict'
        $told = & (Get-Process -Id $PID).Path -NoProfile -Command "Set-StrictMode -Version Latest; Import-Module '$Manifest'; Get-KlingLipSyncJob -Local | Format-Table | Out-String; 'done'"
        $told | Select-Object -Last 1 | Should -Be 'done'
    }
}
