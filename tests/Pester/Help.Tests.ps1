# The examples are taken from Get-Help itself, so that what users read is what runs here.
BeforeDiscovery {
    . (Join-Path $PSScriptRoot 'common.ps1')
    Import-Module $Manifest -Force
    $commands = Get-Command -Module KlingLipSync | ForEach-Object Name
    $examples = foreach ($name in $commands) {
        foreach ($example in (Get-Help $name).examples.example) {
            @{ Command = $name; Title = $example.title.Trim('- '); Code = $example.code }
        }
    }

    # What Get-Help shows of a topic no longer says which code is PowerShell and complete; its page does.
    $topics = foreach ($page in Get-ChildItem (Join-Path $PSScriptRoot '../../docs/en-US/about_*.md')) {
        $blocks = [regex]::Matches(((Get-Content $page -Raw) -replace "`r"), '(?s)```powershell\n(.*?)```')
        for ($number = 1; $number -le $blocks.Count; $number++) {
            @{ Topic = $page.BaseName; Number = $number; Code = $blocks[$number - 1].Groups[1].Value }
        }
    }
}

BeforeAll {
    . (Join-Path $PSScriptRoot 'common.ps1')
    Import-Module $Manifest -Force
    $fal = Start-Emulator -Option '--queue-seconds', '0', '--run-seconds', '0.05', '--key', 'demo:demo', '--admin-key', 'admin:admin'
    $env:FAL_ADMIN_KEY = 'admin:admin'

    # What the examples take for granted: clips with their sounds beside them, other sounds, a table, and two jobs of an earlier day, one of them ended.
    function New-ExampleScene {
        $scene = New-Scene $fal
        Push-Location $scene.Folder
        Get-ChildItem clips/*.mp4 | ForEach-Object { Copy-Item clips/ben.mp3 "clips/$($_.BaseName).de.mp3" }
        Copy-Item clips/anna.wav speech.wav
        $sent = Invoke-KlingLipSync clips/david.mp4, clips/ben.mov -NoWait -Tag monday 3>$null
        $null = $sent[0] | Wait-KlingLipSyncJob

        # The uploads of those jobs are the files on the web.
        $video, $audio = '.mp4', '.mp3' | ForEach-Object { ((Get-Ledger $fal).uploads.url -like "*$_")[0] }
        @"
VideoPath,VideoUrl,AudioPath,AudioUrl,Destination,Tag
clips/anna.mp4,,,,out,blue
clips/clara.mp4,,speech.wav,,out,
,$video,,$audio,out,blue
"@ | Set-Content batch.csv
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
        $output = & ([scriptblock]::Create($Code)) 3>$null
        $Error | ForEach-Object { "$($_.FullyQualifiedErrorId): $_" } | Should -BeNullOrEmpty

        # So does a rehearsal, a command without outputs, and one that emits on request alone.
        $isSilent = (Get-Command $Command).Parameters.ContainsKey('PassThru') -and $Code -notmatch '-PassThru'
        if ($Code -notmatch '-WhatIf' -and -not $isSilent -and (Get-Help $Command).returnValues.returnValue.type.name -ne 'None') {
            $output | Should -Not -BeNullOrEmpty
        }
    }
}

Describe 'The code of <Topic>' -ForEach $topics {
    BeforeEach { $scene = New-ExampleScene }

    AfterEach {
        Pop-Location
        Disconnect-KlingLipSync
    }

    It 'runs as block <Number>' {
        $Error.Clear()
        $null = & ([scriptblock]::Create($Code)) 3>$null

        # A block about errors collects those that it makes.
        if ($Code -notmatch '-ErrorVariable') {
            $Error | ForEach-Object { "$($_.FullyQualifiedErrorId): $_" } | Should -BeNullOrEmpty
        }
    }
}
