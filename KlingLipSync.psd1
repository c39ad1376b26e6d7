@{
    ModuleVersion        = '0.1.0'
    GUID                 = '5f2c3f0e-6b0b-4c55-9a3e-0d1f7f7b9c21'
    Author               = 'The KlingLipSync authors'
    CompanyName          = 'The KlingLipSync authors'
    Copyright            = '(c) 2026 The KlingLipSync authors. MIT licence.'
    Description          = 'Turns video and audio files into lip-synced video through the fal queue (fal-ai/kling-video/lipsync/audio-to-video), one clip or ten thousand from the pipeline. Nothing is paid twice, nothing paid is lost, nothing unfit is paid for.'
    PowerShellVersion    = '7.4'
    CompatiblePSEditions = @('Core')

    # The loader comes first: it gives the engine a load context of its own before the commands' types are read.
    NestedModules        = @('KlingLipSync.Loader.dll', 'KlingLipSync.Types.psd1')
    RootModule           = 'KlingLipSync.PowerShell.dll'
    FormatsToProcess     = @('KlingLipSync.Format.ps1xml')

    FunctionsToExport    = @()
    CmdletsToExport      = @(
        'Connect-KlingLipSync'
        'Disconnect-KlingLipSync'
        'Get-KlingLipSyncBudget'
        'Get-KlingLipSyncJob'
        'Get-KlingLipSyncMedia'
        'Invoke-KlingLipSync'
        'Measure-KlingLipSyncCost'
        'Remove-KlingLipSyncBudget'
        'Remove-KlingLipSyncJob'
        'Save-KlingLipSyncResult'
        'Set-KlingLipSyncBudget'
        'Stop-KlingLipSyncJob'
        'Test-KlingLipSyncMedia'
        'Wait-KlingLipSyncJob'
        'Watch-KlingLipSyncJob'
    )
    VariablesToExport    = @()
    AliasesToExport      = @()

    PrivateData          = @{
        PSData = @{
            Tags         = @('fal', 'kling', 'lipsync', 'video', 'audio', 'PSEdition_Core', 'Windows', 'Linux', 'MacOS')
            ReleaseNotes = 'See CHANGELOG.md.'
        }
    }
}
