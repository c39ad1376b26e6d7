# build.ps1 and the steps of a package, each in a process or a folder of its own.
BeforeAll {
    . (Join-Path $PSScriptRoot 'common.ps1')
    $tools = Join-Path $Root 'tools/Package'

    function Invoke-BuildScript([string] $Arguments) {
        (& ([Environment]::ProcessPath) -NoProfile -NonInteractive -Command "try { & '$Root/build.ps1' $Arguments *>&1 | Out-String } catch { `$_ }") -join "`n"
    }
}

Describe 'build.ps1' {
    It 'says of every task what it does, what it needs and how it is typed, when it is given none' {
        $ast = [Management.Automation.Language.Parser]::ParseFile((Join-Path $Root 'build.ps1'), [ref]$null, [ref]$null)
        $tasks = $ast.FindAll({ $args[0] -is [Management.Automation.Language.FunctionDefinitionAst] }, $false).Name -like 'Invoke-*' -replace '^Invoke-'
        $tasks | Should -Contain 'Pack'

        $told = (Invoke-BuildScript) -split "`n"
        foreach ($task in $tasks) {
            $place = [Array]::IndexOf($told, $task)
            $place | Should -BeGreaterThan 0 -Because $task
            $told[$place + 1] | Should -Match '^ {4}[A-Z].+\.$'
            $told[$place + 2] | Should -Match '^ {4}Needs .+\.$'
            $told[$place + 3] | Should -BeLike "    > ./build.ps1 $task*"
        }
    }

    It 'names its tasks when it is given another' {
        Invoke-BuildScript Bake | Should -BeLike "*There is no task 'Bake'*Build, Test, *Publish*"
    }

    It 'completes its tasks' {
        Push-Location $Root
        try {
            (TabExpansion2 './build.ps1 Pa' 14).CompletionMatches.CompletionText | Should -Be 'Pack'
        }
        finally { Pop-Location }
    }

    It 'rehearses what has a rehearsal alone' {
        Invoke-BuildScript 'Clean -WhatIf' | Should -BeLike '*Clean has no rehearsal*'
    }

    It 'signs on Windows alone, and says so' -Skip:$IsWindows {
        Invoke-BuildScript Sign | Should -BeLike '*on Windows alone*'
    }
}

Describe 'The manifest of a package' {
    BeforeEach {
        $layout = New-Item (Join-Path $TestDrive ([guid]::NewGuid().ToString('N'))) -ItemType Directory
        $file = Join-Path $layout 'KlingLipSync.psd1'
        Copy-Item (Join-Path $Root 'KlingLipSync.psd1'), (Join-Path $Root 'CHANGELOG.md') $layout
        $version = (Import-PowerShellDataFile $file).ModuleVersion
    }

    It 'has the project''s addresses where they are known' {
        & (Join-Path $tools 'Manifest.ps1') -Layout $layout -ProjectUri 'https://example.org/someone/lips/'
        $data = (Import-PowerShellDataFile $file).PrivateData.PSData
        $data.ProjectUri | Should -Be 'https://example.org/someone/lips'
        $data.LicenseUri | Should -Be 'https://example.org/someone/lips/blob/main/LICENSE'
        $data.IconUri | Should -Be 'https://example.org/someone/lips/raw/main/docs/icon/icon.png'
    }

    It 'has no address where none is known' {
        & (Join-Path $tools 'Manifest.ps1') -Layout $layout
        (Import-PowerShellDataFile $file).PrivateData.PSData.Keys | Sort-Object | Should -Be 'ReleaseNotes', 'Tags'
    }

    It 'has the notes of its own version alone, quotes and all' {
        "# Changelog`n`n## [9.9.9]`n`nnewer`n`n## [$version] - today`n`n- It's `$new`: ``code``.`n`n## [0.0.1]`n`nolder" | Set-Content (Join-Path $layout 'CHANGELOG.md')
        & (Join-Path $tools 'Manifest.ps1') -Layout $layout
        (Import-PowerShellDataFile $file).PrivateData.PSData.ReleaseNotes | Should -Be '- It''s $new: `code`.'
    }

    It 'is not made for a version that the changelog does not have' {
        '# Changelog' | Set-Content (Join-Path $layout 'CHANGELOG.md')
        { & (Join-Path $tools 'Manifest.ps1') -Layout $layout } | Should -Throw "*no section of the version $version*"
    }
}

Describe 'The address of the project' {
    It 'is that of git''s origin, as a browser takes it: <Remote>' -ForEach @(
        @{ Remote = 'https://example.org/someone/lips.git'; Address = 'https://example.org/someone/lips' }
        @{ Remote = 'https://user:token@example.org/someone/lips'; Address = 'https://example.org/someone/lips' }
        @{ Remote = 'git@example.org:someone/lips.git'; Address = 'https://example.org/someone/lips' }
        @{ Remote = 'ssh://git@example.org:2222/someone/lips.git'; Address = 'https://example.org/someone/lips' }
        @{ Remote = '/srv/git/lips.git'; Address = $null }
        @{ Remote = 'C:\git\lips'; Address = $null }
        @{ Remote = '../lips'; Address = $null }
        @{ Remote = $null; Address = $null }
    ) {
        $copy = New-Item (Join-Path $TestDrive ([guid]::NewGuid().ToString('N'))) -ItemType Directory
        Copy-Item (Join-Path $tools 'Origin.ps1') $copy
        git -C $copy init --quiet
        if ($Remote) { git -C $copy remote add origin $Remote }
        & (Join-Path $copy 'Origin.ps1') | Should -Be $Address
    }
}

Describe 'The scripts' {
    It 'have no findings of the analyzer, by the Gallery''s rules and its own' -Skip:(-not (Get-Module -ListAvailable PSScriptAnalyzer)) {
        $told = & ([Environment]::ProcessPath) -NoProfile -NonInteractive -File (Join-Path $Root 'tools/Analysis/Analyze.ps1') *>&1 | Out-String
        $told | Should -BeLike 'PSScriptAnalyzer has no findings in * files.*'
    }
}
