Describe 'Refused before anything is paid' {
    BeforeAll {
        . "$PSScriptRoot/common.ps1"
        Import-Module $manifest
        $kept = Save-TestSurroundings
        $fal = Start-TestFal '--queue-seconds', '0', '--run-seconds', '0.1'
    }

    AfterAll {
        Restore-TestSurroundings $kept
        Stop-TestFal $fal
    }

    BeforeEach {
        $folder = Enter-TestFolder $fal
        New-Pair clips good
    }

    Context 'one input, while the rest goes on' {
        BeforeEach {
            # The bad input comes first, so that what follows it is seen to go on.
            function Test-Refused([string] $Bad, [string] $Id, [string] $Category) {
                $jobs = "clips/$Bad", 'clips/good.mp4' | ForEach-Object { [pscustomobject]@{ VideoPath = $_ } } |
                    Invoke-KlingLipSync -Destination out -ErrorVariable failed -ErrorAction SilentlyContinue
                Assert-Refusal $failed $Id $Category
                $failed[0].TargetObject.VideoPath | Should -Be (Join-Path $folder clips $Bad)
                @($jobs).Count | Should -Be 1
                $jobs.VideoPath | Should -Be (Join-Path $folder clips good.mp4)
                Get-LedgerCount $fal submit | Should -Be 1
                $failed[0]
            }
        }

        It 'a missing file' {
            New-Sound "$folder/clips/gone.wav"
            Test-Refused gone.mp4 FileNotFound ObjectNotFound
        }

        It 'an empty file' {
            New-Pair clips bad
            Clear-Content clips/bad.mp4
            Test-Refused bad.mp4 FileEmpty InvalidData
        }

        It 'a file that is no media' {
            New-Pair clips bad
            'I am a letter.' * 100 | Set-Content clips/bad.mp4
            Test-Refused bad.mp4 MediaUnfit InvalidData
        }

        It 'a clip that the endpoint would refuse, with what was measured' {
            Copy-Item (Join-Path $samples tiny.*) clips
            (Test-Refused tiny.mp4 MediaUnfit InvalidData).ErrorDetails.Message | Should -Match '640x360'
        }

        It 'a clip without a sound' {
            New-Clip "$folder/clips/silent.mp4"
            Test-Refused silent.mp4 PartnerMissing ObjectNotFound
        }

        It 'a clip with two sounds' {
            New-Pair clips two
            Copy-Item (Join-Path $samples ben.mp3) clips/two.mp3
            Test-Refused two.mp4 PartnerAmbiguous InvalidArgument
        }

        It 'an output that exists; -Force overwrites it' {
            New-Pair clips old
            $null = New-Item -ItemType Directory out
            'mine' | Set-Content out/old.lipsync.mp4
            Test-Refused old.mp4 OutputExists ResourceExists
            Get-Content out/old.lipsync.mp4 | Should -Be mine

            (Invoke-KlingLipSync clips/old.mp4 -Destination out -Force).State | Should -Be Saved
            (Get-Item out/old.lipsync.mp4).Length | Should -BeGreaterThan 1000
        }
    }

    Context 'the input as a whole' {
        It 'two clips that would be saved as one file' {
            New-Pair one same
            New-Pair two same
            $jobs = Get-ChildItem one/*.mp4, two/*.mp4 | Invoke-KlingLipSync -Destination out -ErrorVariable failed -ErrorAction SilentlyContinue
            foreach ($record in $failed) {
                Assert-Refusal $record OutputCollision ResourceExists
                $record.TargetObject.VideoPath | Should -BeLike '*same.mp4'
            }

            @($failed).Count | Should -BeGreaterThan 0
            @($jobs).Count + @($failed).Count | Should -Be 2
        }

        It 'rows without our columns' {
            [pscustomobject]@{ Film = 'x' } | Invoke-KlingLipSync -ErrorVariable failed -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
            Assert-Refusal $failed RowIncomplete InvalidArgument
            $failed[0].ErrorDetails.RecommendedAction | Should -Match VideoPath
            Assert-NothingSent $fal
        }

        It 'a destination that is a file' {
            'x' | Set-Content out
            $failure = Get-Terminating { Get-ChildItem clips/*.mp4 | Invoke-KlingLipSync -Destination out }
            Assert-Refusal $failure DestinationInvalid InvalidArgument
            $failure.TargetObject | Should -Be out
            Assert-NothingSent $fal
        }

        It 'everything, by the first error under -ErrorAction Stop' {
            $failure = Get-Terminating { 'clips/gone.mp4', 'clips/good.mp4' | Invoke-KlingLipSync -Destination out -ErrorAction Stop }
            Assert-Refusal $failure FileNotFound ObjectNotFound
            Assert-NothingSent $fal
        }
    }

    Context 'the key' {
        It 'none: <Command>' -ForEach @(
            @{ Command = 'Invoke'; Script = { Invoke-KlingLipSync clips/good.mp4 -Destination out } }
            @{ Command = 'Connect'; Script = { Connect-KlingLipSync } }
        ) {
            $env:FAL_KEY = $null
            Assert-Refusal (Get-Terminating $Script) NoApiKey AuthenticationError "${Command}KlingLipSync"
            Assert-NothingSent $fal
        }

        It 'a malformed one' {
            $env:FAL_KEY = 'no-colon'
            Assert-Refusal (Get-Terminating { Connect-KlingLipSync }) ApiKeyMalformed AuthenticationError ConnectKlingLipSync
        }

        It 'a wrong one, whose secret is not shown' {
            $key = ConvertTo-SecureString 'demo:planted-secret' -AsPlainText
            $failure = Get-Terminating { Connect-KlingLipSync -ApiKey $key }
            Assert-Refusal $failure ApiKeyRejected AuthenticationError ConnectKlingLipSync
            $failure | Format-List * -Force | Out-String | Should -Not -Match planted-secret
        }

        It 'a wrong one stops the spending of a batch' {
            $env:FAL_KEY = 'demo:wrong'
            $null = try { Invoke-KlingLipSync clips/good.mp4 -Destination out -ErrorVariable failed -ErrorAction SilentlyContinue } catch { $failed = $_ }
            @($failed)[-1].CategoryInfo.Category | Should -Be AuthenticationError
            Get-LedgerCount $fal submit | Should -Be 0
        }
    }

    Context 'the endpoint' {
        It 'one where nobody listens' {
            $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
            $listener.Start()
            $port = $listener.LocalEndpoint.Port
            $listener.Stop()
            $failure = Get-Terminating { Connect-KlingLipSync -Endpoint "http://127.0.0.1:$port" }
            Assert-Refusal $failure EndpointUnreachable ConnectionError ConnectKlingLipSync
            $failure.TargetObject | Should -Be "http://127.0.0.1:$port"
        }

        It 'one that answers with a web page' {
            $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
            $listener.Start()
            $page = Start-ThreadJob -ArgumentList $listener {
                param($listener)
                $answer = [Text.Encoding]::ASCII.GetBytes("HTTP/1.1 200 OK`r`nContent-Type: text/html`r`nContent-Length: 26`r`nConnection: close`r`n`r`n<html>Please log in</html>")
                while ($true) {
                    $client = $listener.AcceptTcpClient()
                    $null = $client.GetStream().Read([byte[]]::new(65536), 0, 65536)
                    $client.GetStream().Write($answer, 0, $answer.Length)
                    $client.Close()
                }
            }
            try {
                $failure = Get-Terminating { Connect-KlingLipSync -Endpoint "http://127.0.0.1:$($listener.LocalEndpoint.Port)" }
                Assert-Refusal $failure EndpointNotFal ProtocolError ConnectKlingLipSync
            }
            finally {
                $listener.Stop()
                $page | Remove-Job -Force
            }
        }

        It 'plain http to another machine' {
            $failure = Get-Terminating { Connect-KlingLipSync -Endpoint 'http://fal.example' }
            Assert-Refusal $failure EndpointInvalid InvalidArgument ConnectKlingLipSync
            $failure.TargetObject | Should -Be 'http://fal.example'
        }
    }

    Context 'the store' {
        BeforeEach {
            $null = Get-KlingLipSyncJob -Local
            $store = Join-Path $env:KLINGLIPSYNC_HOME store.db
            $bytes = [IO.File]::ReadAllBytes($store)
        }

        It 'one of another program' {
            # The place of the application's id in the head of an SQLite file.
            0x12, 0x34, 0x56, 0x78 | ForEach-Object { $at = 68 } { $bytes[$at++] = $_ }
            [IO.File]::WriteAllBytes($store, $bytes)
            $failure = Get-Terminating { Invoke-KlingLipSync clips/good.mp4 -Destination out -ErrorAction Stop }
            Assert-Refusal $failure StoreForeign InvalidData
            Assert-NothingSent $fal
            [Convert]::ToHexString([IO.File]::ReadAllBytes($store)) | Should -Be ([Convert]::ToHexString($bytes))
        }

        It 'a damaged one, which is left as it is' {
            'These are no receipts. ' * 500 | Set-Content $store
            $before = (Get-FileHash $store).Hash
            $failure = Get-Terminating { Invoke-KlingLipSync clips/good.mp4 -Destination out -ErrorAction Stop }
            Assert-Refusal $failure StoreCorrupt InvalidData
            Assert-NothingSent $fal
            (Get-FileHash $store).Hash | Should -Be $before
        }
    }
}
