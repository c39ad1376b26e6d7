# Paths as users write them, through the real providers and cmdlets of the shell.
BeforeAll {
    . (Join-Path $PSScriptRoot 'common.ps1')
    Import-Module $Manifest -Force
    $fal = Start-Emulator

    function New-Clip([string] $Folder, [string] $Name) {
        $null = New-Item $Folder -ItemType Directory -Force
        $clip = Join-Path $Folder "$Name.mp4"
        [IO.File]::Copy("$Clips/anna.mp4", $clip)
        [IO.File]::Copy("$Clips/anna.wav", [IO.Path]::ChangeExtension($clip, '.wav'))
        $clip
    }
}

AfterAll { Stop-Emulator $fal }

Describe 'A path' {
    BeforeEach { $scene = New-Scene $fal }
    AfterEach { Get-PSDrive klip -ErrorAction Ignore | Remove-PSDrive }

    It 'on TestDrive: is a file of the system' {
        $clip = New-Clip (Join-Path $TestDrive 'on drive') 'x'
        $job = Invoke-KlingLipSync 'TestDrive:/on drive/x.mp4' -Destination 'TestDrive:/on drive/out'
        $job.VideoPath | Should -Be $clip
        'TestDrive:/on drive/out/x.lipsync.mp4' | Should -Exist
        (Get-Item 'TestDrive:/on drive/x.mp4' | Invoke-KlingLipSync -Destination 'TestDrive:/on drive/out').Reused | Should -BeTrue
    }

    It 'on a drive of the session works for every command, from <_>' -ForEach 'env:', 'variable:', 'function:', 'alias:' {
        $null = New-PSDrive klip FileSystem $scene.Folder -Scope Global
        Push-Location $_
        try {
            (Test-KlingLipSyncMedia klip:/clips/anna.mp4) | Should -BeTrue
            (Measure-KlingLipSyncCost klip:/clips/*.mp4).Clips | Should -Be 3
            (Get-KlingLipSyncMedia -LiteralPath klip:/clips/anna.mp4 -AudioPath klip:/clips/anna.wav).Kind | Should -Be 'Pair'
            $job = Invoke-KlingLipSync klip:/clips/anna.mp4 -AudioDirectory klip:/clips
            (Get-KlingLipSyncJob -VideoPath klip:/clips/anna.mp4).Id | Should -Be $job.Id
            ($job | Save-KlingLipSyncResult -Destination klip:/out).FullName | Should -Be (Join-Path $scene.Folder 'out/anna.lipsync.mp4')
            (Connect-KlingLipSync -StorePath klip:/mine).StorePath | Should -Be (Join-Path $scene.Folder 'mine')
            { Invoke-KlingLipSync -LiteralPath anna.mp4 -ErrorAction Stop } | Should -Throw -ErrorId 'FileNotFound,*'
        }
        finally { Pop-Location }
    }

    It 'with brackets is a pattern for -Path and a name for -LiteralPath' {
        $clip = New-Clip (Join-Path $scene.Folder 'odd') 'take [12]'
        Push-Location (Join-Path $scene.Folder 'odd')
        try {
            { Invoke-KlingLipSync './take [12].mp4' -ErrorAction Stop } | Should -Throw -ErrorId 'FileNotFound,*'
            (Invoke-KlingLipSync './take `[12`].mp4' -Destination $scene.Out).VideoPath | Should -Be $clip
            (Invoke-KlingLipSync -LiteralPath './take [12].mp4' -Destination $scene.Out).Reused | Should -BeTrue
            (Get-ChildItem | Where-Object Extension -EQ '.mp4' | Invoke-KlingLipSync -Destination $scene.Out).Reused | Should -BeTrue
            Get-ChildItem *.mp4 -Name | Invoke-KlingLipSync -ErrorVariable failed -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
            Assert-Complete $failed[0] FileNotFound ObjectNotFound
        }
        finally { Pop-Location }
    }

    It 'of a hidden file, with a dash, in emoji or long: <_>' -ForEach '.hidden', '-dash', '😀 👩‍👧', "it's `"so`"", ('n' * 240) {
        $null = New-Clip (Join-Path $scene.Folder 'odd') $_
        $job = Get-ChildItem (Join-Path $scene.Folder 'odd') -Force -Filter *.mp4 | Invoke-KlingLipSync -Destination $scene.Out
        $job.State | Should -Be 'Saved'
        $job.OutputPath | Should -Exist
        ($job | Invoke-KlingLipSync -Destination $scene.Out).Reused | Should -BeTrue
        (Get-Ledger $fal).counts.submit | Should -Be 1
    }

    It 'by a link is the file behind it' -Skip:$IsWindows {
        $clip = New-Clip (Join-Path $scene.Folder 'real') 'x'
        $link = New-Item (Join-Path $scene.Folder 'link.mp4') -ItemType SymbolicLink -Target $clip
        $folder = New-Item (Join-Path $scene.Folder 'linked') -ItemType SymbolicLink -Target (Join-Path $scene.Folder 'real')
        ($link | Invoke-KlingLipSync -AudioPath "$folder/x.wav" -Destination "$folder/out").OutputPath | Should -Be (Join-Path $folder 'out/link.x.lipsync.mp4')
        (Invoke-KlingLipSync $clip -Destination $scene.Out).Reused | Should -BeTrue
        (Get-Ledger $fal).counts.submit | Should -Be 1
    }

    It 'that vanishes between Get-ChildItem and the command is one error' {
        Get-ChildItem "$($scene.Clips)/*.mp4" | ForEach-Object { if ($_.Name -eq 'clara.mp4') { Remove-Item $_ }; $_ } |
            Invoke-KlingLipSync -Destination $scene.Out -ErrorVariable failed -ErrorAction SilentlyContinue | Should -HaveCount 2
        $failed | Should -HaveCount 1
        Assert-Complete $failed[0] FileNotFound ObjectNotFound
    }
}
