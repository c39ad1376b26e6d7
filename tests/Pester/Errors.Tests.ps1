BeforeAll {
    . (Join-Path $PSScriptRoot 'common.ps1')
    Import-Module $Manifest -Force
    $fal = Start-Emulator
}

AfterAll { Stop-Emulator $fal }

Describe 'One bad clip among good ones' {
    BeforeEach {
        $scene = New-Scene $fal
        function Invoke-Batch { Invoke-KlingLipSync "$($scene.Clips)/*.mp4" -Destination $scene.Out -ErrorVariable script:failed -ErrorAction SilentlyContinue }
    }

    It 'is <Id>: <Case>' -ForEach @(
        @{ Id = 'FileEmpty'; Category = 'InvalidData'; Case = 'no bytes'; Spoil = { Set-Content "$($scene.Clips)/anna.mp4" $null -NoNewline } }
        @{ Id = 'MediaUnfit'; Category = 'InvalidData'; Case = 'no media'; Spoil = { Set-Content "$($scene.Clips)/anna.mp4" 'text' } }
        @{ Id = 'MediaUnfit'; Category = 'InvalidData'; Case = 'too small a picture'; Spoil = { Copy-Item $Clips/tiny.mp4 "$($scene.Clips)/anna.mp4" } }
        @{ Id = 'PartnerMissing'; Category = 'ObjectNotFound'; Case = 'no sound'; Spoil = { Remove-Item "$($scene.Clips)/anna.wav" } }
        @{ Id = 'PartnerAmbiguous'; Category = 'InvalidArgument'; Case = 'two sounds'; Spoil = { Copy-Item "$($scene.Clips)/ben.mp3" "$($scene.Clips)/anna.mp3" } }
        @{ Id = 'OutputExists'; Category = 'ResourceExists'; Case = 'a file in the way'; Spoil = { $null = New-Item "$($scene.Out)/anna.lipsync.mp4" -Force -Value mine } }
    ) {
        & $Spoil
        Invoke-Batch | Should -HaveCount 2
        $failed | Should -HaveCount 1
        Assert-Complete $failed[0] $Id $Category
        $failed[0].TargetObject.VideoPath | Should -BeLike '*anna.mp4'
        (Get-Ledger $fal).counts.submit | Should -Be 2
    }

    It 'is OutputCollision: two clips for one file' {
        $twin = (New-Item "$($scene.Folder)/twin" -ItemType Directory).FullName
        Copy-Item "$($scene.Clips)/anna.mp4" $twin
        Copy-Item "$($scene.Clips)/clara.m4a" "$twin/anna.m4a"
        $jobs = Get-ChildItem "$($scene.Clips)/anna.mp4", "$twin/anna.mp4" | Invoke-KlingLipSync -Destination $scene.Out -ErrorVariable failed -ErrorAction SilentlyContinue -NameTemplate '{Name}'
        $jobs | Should -HaveCount 1
        Assert-Complete $failed[0] OutputCollision ResourceExists
    }

    It 'is FileNotFound: a name that is nobody''s' {
        Invoke-KlingLipSync "$($scene.Clips)/anna.mp4", "$($scene.Clips)/nobody.mp4", "$($scene.Clips)/clara.mp4" -ErrorVariable failed -ErrorAction SilentlyContinue |
            Should -HaveCount 2
        Assert-Complete $failed[0] FileNotFound ObjectNotFound
    }

    It 'is a failure at fal, with the job as its target' {
        Rename-Item "$($scene.Clips)/anna.mp4" noface.mp4
        Rename-Item "$($scene.Clips)/anna.wav" noface.wav
        Invoke-Batch | Should -HaveCount 2
        Assert-Complete $failed[0] JobFailed InvalidResult
        $failed[0].TargetObject.ErrorType | Should -Be 'face_detection_error'
    }

    It 'overwrites with -Force only' {
        $null = New-Item "$($scene.Out)/anna.lipsync.mp4" -Force -Value mine
        $null = Invoke-Batch
        Get-Content "$($scene.Out)/anna.lipsync.mp4" | Should -Be 'mine'
        (Invoke-KlingLipSync "$($scene.Clips)/anna.mp4" -Destination $scene.Out -Force).State | Should -Be 'Saved'
        (Get-Item "$($scene.Out)/anna.lipsync.mp4").Length | Should -BeGreaterThan 1000
    }

    It 'is no reason to stop for -ErrorAction SilentlyContinue, and one for Stop' {
        Set-Content "$($scene.Clips)/anna.mp4" 'text'
        { Invoke-KlingLipSync "$($scene.Clips)/*.mp4" -ErrorAction Stop } | Should -Throw -ErrorId 'MediaUnfit,*'
        (Get-Ledger $fal).counts.submit | Should -Be 0
    }
}

Describe 'A command that cannot begin' {
    BeforeEach { $scene = New-Scene $fal }

    It 'says <Id>: <Case>' -ForEach @(
        @{ Id = 'NoApiKey'; Category = 'AuthenticationError'; Case = 'no key'; Spoil = { $env:FAL_KEY = $null } }
        @{ Id = 'ApiKeyMalformed'; Category = 'AuthenticationError'; Case = 'half a key'; Spoil = { $env:FAL_KEY = 'demo' } }
        @{ Id = 'SpendingStopped'; Category = 'AuthenticationError'; Case = 'a wrong key'; Spoil = { $env:FAL_KEY = 'demo:wrong' } }
        @{ Id = 'EndpointInvalid'; Category = 'InvalidArgument'; Case = 'plain http off this machine'; Spoil = { $env:KLINGLIPSYNC_ENDPOINT = 'http://example.com' } }
        @{ Id = 'EndpointUnreachable'; Category = 'ConnectionError'; Case = 'a port where nobody is'; Spoil = { $env:KLINGLIPSYNC_ENDPOINT = 'http://127.0.0.1:1' } }
        @{ Id = 'EndpointNotFal'; Category = 'ProtocolError'; Case = 'a page in fal''s place'; Spoil = { Add-Fault $fal @{ route = 'status'; kind = 'status'; status = 200; body = '<html>log in</html>'; times = 0 } } }
        @{ Id = 'StoreCorrupt'; Category = 'InvalidData'; Case = 'a store that is none'; Spoil = { $null = New-Item "$($scene.Store)/store.db" -Force -Value ('notes ' * 100) } }
        @{ Id = 'StoreNotWritable'; Category = 'PermissionDenied'; Case = 'a file in the store''s place'; Spoil = { $null = New-Item $scene.Store -Value x } }
        @{ Id = 'DestinationInvalid'; Category = 'InvalidArgument'; Case = 'a file as destination'; Spoil = { $null = New-Item $scene.Out -Value x } }
    ) {
        & $Spoil
        $failed = $null
        try { $null = Invoke-KlingLipSync "$($scene.Clips)/*.mp4" -Destination $scene.Out -ErrorVariable failed -ErrorAction SilentlyContinue } catch { $failed = @($_) }
        $failed = @($failed | Where-Object { $_ -is [Management.Automation.ErrorRecord] })
        $failed | Should -HaveCount 1
        Assert-Complete $failed[0] $Id $Category
        (Get-Ledger $fal).counts.submit | Should -Be 0
        (Get-Ledger $fal).counts.initiate | Should -Be 0
    }

    It 'takes no paths of other providers' {
        Invoke-KlingLipSync -LiteralPath env:PATH -ErrorVariable failed -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        Assert-Complete $failed[0] FileNotFound ObjectNotFound
    }

    It 'names the columns it wants when it gets others' {
        [pscustomobject]@{ Film = 'x' } | Invoke-KlingLipSync -ErrorVariable failed -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        Assert-Complete $failed[0] RowIncomplete InvalidArgument
        "$($failed[0])" | Should -Match 'VideoPath'
    }
}
