BeforeAll {
    . (Join-Path $PSScriptRoot 'common.ps1')
    Import-Module $Manifest -Force
    $fal = Start-Emulator
}

AfterAll { Stop-Emulator $fal }

Describe 'A budget' {
    BeforeEach { $scene = New-Scene $fal }

    It 'shows as a table' {
        Set-KlingLipSyncBudget 1 Day
        $null = Invoke-KlingLipSync "$($scene.Clips)/anna.mp4"
        $table = Get-KlingLipSyncBudget | Out-String -Width 200
        $table | Should -Match 'Period\s+Amount\s+Spent\s+Reserved\s+Left\s+Ends\s+Key\s+Endpoint'
        $table | Should -Match 'Day\s+1\.00\s+0\.07\s+0\.00\s+0\.93\s+\d{4}-\d\d-\d\d 00:00:00Z\s+demo\s+http://127'
    }

    It 'holds a batch back and lets the rest in later' {
        Set-KlingLipSyncBudget -Amount 0.14 -Period Month
        $done = Get-ChildItem "$($scene.Clips)/*.mp4" | Invoke-KlingLipSync -ErrorVariable failed -ErrorAction SilentlyContinue
        Assert-Complete $failed[0] BudgetExceeded QuotaExceeded
        @($done).Count + @($failed[0].TargetObject).Count | Should -Be 3
        Set-KlingLipSyncBudget -Amount 1 -Period Month
        $failed[0].TargetObject | Invoke-KlingLipSync | Should -HaveCount @($failed[0].TargetObject).Count
        Get-KlingLipSyncBudget | Remove-KlingLipSyncBudget
        Get-KlingLipSyncBudget | Should -BeNullOrEmpty
    }

    It 'is not there and says so' {
        Remove-KlingLipSyncBudget Day -ErrorVariable failed -ErrorAction SilentlyContinue
        Assert-Complete $failed[0] BudgetNotFound ObjectNotFound
    }
}
