# The examples are taken from Get-Help itself, so that what users read is what runs here.
BeforeDiscovery {
    $manifest = [IO.Path]::GetFullPath((Join-Path $PSScriptRoot '../../out/KlingLipSync/KlingLipSync.psd1'))
    Import-Module $manifest -Force
    $commands = Get-Command -Module KlingLipSync | ForEach-Object Name
    $examples = foreach ($name in $commands) {
        foreach ($example in (Get-Help $name).examples.example) {
            @{ Command = $name; Title = $example.title.Trim('- '); Code = $example.code }
        }
    }
}

BeforeAll {
    . (Join-Path $PSScriptRoot 'common.ps1')
    Import-Module $Manifest -Force
    $fal = Start-Emulator

    # What the examples take for granted: clips with their sounds beside them, other sounds, a table, and two jobs of an earlier day, one of them ended.
    function New-ExampleScene {
        $scene = New-Scene $fal
        Push-Location $scene.Folder
        Get-ChildItem clips/*.mp4 | ForEach-Object { Copy-Item clips/ben.mp3 "clips/$($_.BaseName).de.mp3" }
        Copy-Item clips/anna.wav speech.wav
        @'
VideoPath,VideoUrl,AudioPath,AudioUrl,Destination,Tag
clips/anna.mp4,,,,out,blue
clips/clara.mp4,,speech.wav,,out,
,https://example.com/film.mp4,,https://example.com/film.mp3,out,blue
'@ | Set-Content batch.csv
        $sent = Invoke-KlingLipSync clips/david.mp4, clips/ben.mov -NoWait -Tag monday
        $null = $sent[0] | Wait-KlingLipSyncJob
        $scene
    }
}

AfterAll { Stop-Emulator $fal }

Describe 'Get-Help' {
    It 'has something to run for every command' {
        $counts = Get-Command -Module KlingLipSync | ForEach-Object { @((Get-Help $_.Name).examples.example).Count }
        $counts | Should -Not -BeNullOrEmpty
        ($counts | Measure-Object -Minimum).Minimum | Should -BeGreaterOrEqual 3
    }

    It 'shows <_>' -ForEach $commands {
        $told = Get-Help $_ -Full | Out-String -Width 200
        foreach ($part in 'SYNOPSIS', 'SYNTAX', 'DESCRIPTION', 'PARAMETERS', 'INPUTS', 'OUTPUTS', 'NOTES', 'Example 1: ', 'RELATED LINKS') {
            $told | Should -BeLike "*$part*"
        }
    }

    It 'is found under another language of the user interface' {
        $culture = [cultureinfo]::CurrentUICulture
        try {
            [cultureinfo]::CurrentUICulture = 'de-DE'
            (Get-Help Invoke-KlingLipSync -Parameter ThrottleLimit).defaultValue | Should -Be 8
        }
        finally { [cultureinfo]::CurrentUICulture = $culture }
    }
}

Describe 'The help of <Command>' -ForEach $examples {
    BeforeEach { $scene = New-ExampleScene }

    AfterEach {
        Pop-Location
        Disconnect-KlingLipSync
    }

    It 'runs <Title>' {
        $Error.Clear()
        $output = & ([scriptblock]::Create($Code))
        $Error | ForEach-Object { "$($_.FullyQualifiedErrorId): $_" } | Should -BeNullOrEmpty

        # An example that finds nothing to do shows nothing; a rehearsal and a farewell have nothing to emit.
        if ($Code -notmatch '-WhatIf' -and $Code -ne 'Disconnect-KlingLipSync') {
            $output | Should -Not -BeNullOrEmpty
        }
    }
}
