BeforeAll {
    . (Join-Path $PSScriptRoot 'common.ps1')
    Import-Module $Manifest -Force
    $secret = 'pl4nted-S3cret-h4lf'
    $fal = Start-Emulator -Option '--queue-seconds', '0', '--run-seconds', '0.2', '--key', "key-id-0001:$secret"
    $scene = New-Scene $fal
    Rename-Item "$($scene.Clips)/david.mp4" noface.mp4
    Rename-Item "$($scene.Clips)/david.mp3" noface.mp3
    Add-Fault $fal @{ route = 'cancel'; kind = 'status'; status = 401; times = 0; body = "{`"detail`":`"You sent Key key-id-0001:$secret, token=$secret`"}" }

    # What a shell of its own writes: its screen, its transcript, and everything that can be exported of what it did.
    $env:PLANTED_SECRET = $secret
    $env:FAL_KEY = $null
    $script = Join-Path $scene.Folder 'flood.ps1'
    Set-Content $script @'
param($Manifest, $Folder)
Set-StrictMode -Version Latest
$ProgressPreference = 'SilentlyContinue'
$secret = $env:PLANTED_SECRET
Remove-Item env:PLANTED_SECRET
$plain = "key-id-0001:$secret"
$key = ConvertTo-SecureString $plain -AsPlainText
$half = ConvertTo-SecureString $secret -AsPlainText
$null = Start-Transcript (Join-Path $Folder 'transcript.txt')
$VerbosePreference = $DebugPreference = $InformationPreference = 'Continue'

# -Debug alone would have every warning ask.
$PSDefaultParameterValues = @{ '*-KlingLipSync*:WarningAction' = 'Continue' }
Import-Module $Manifest -Verbose:$false
Set-Location $Folder

$output = @(
    Connect-KlingLipSync -ApiKey $plain
    Connect-KlingLipSync $plain
    $plain | Connect-KlingLipSync
    Get-KlingLipSyncJob -ApiKey $half
    Connect-KlingLipSync ([pscredential]::new('key-id-0001', $half))
    Get-ChildItem clips/*.mp4 | Invoke-KlingLipSync -Destination out -IncludeLog -Verbose -Debug
    Get-KlingLipSyncJob -ApiKey $key -Verbose -Debug
    Get-KlingLipSyncJob -Local | Stop-KlingLipSyncJob -ApiKey $key -Verbose -Debug
    Invoke-KlingLipSync clips/anna.mp4 -Destination again -NoWait -ResubmitBefore (Get-Date) -Force -ApiKey $key
    Get-KlingLipSyncJob -Pending -Local | Stop-KlingLipSyncJob -ApiKey $key
    Set-KlingLipSyncBudget 5 Day -PassThru -ApiKey $key
    Get-KlingLipSyncBudget
    Get-KlingLipSyncMedia clips/*.mp4 -Pair
    Measure-KlingLipSyncCost clips/*.mp4
    Save-KlingLipSyncResult nobody -Destination out -ApiKey $key
    Start-ThreadJob { Import-Module $using:Manifest; Connect-KlingLipSync $using:key; Get-KlingLipSyncJob -Local; Connect-KlingLipSync $using:plain } | Receive-Job -Wait
    Start-Job { Import-Module $using:Manifest; Connect-KlingLipSync $using:key; Get-KlingLipSyncJob -Local; Connect-KlingLipSync $using:plain } | Receive-Job -Wait
)
$errors = @($Error)
$output | Out-String -Width 500
$output | Format-List * -Force | Out-String -Width 500
$output | ConvertTo-Json -Depth 10 | Set-Content output.json
$output | Export-Clixml output.xml -Depth 10
$errors | Format-List * -Force | Out-String -Width 500
$errors | ForEach-Object { Get-Error -InputObject $_ } | Out-String -Width 500
$errors | Export-Clixml errors.xml -Depth 4
$errors | Select-Object FullyQualifiedErrorId, CategoryInfo, ErrorDetails, TargetObject | ConvertTo-Json -Depth 4 -WarningAction SilentlyContinue | Set-Content errors.json
Get-History | Format-List * | Out-String
Get-Job | Format-List * | Out-String

"ids: $(($errors.FullyQualifiedErrorId -replace ',.*' | Sort-Object -Unique) -join ' ')"
$null = Stop-Transcript
'@
    $line = @((Get-Process -Id $PID).Path, '-NoProfile', '-NonInteractive', '-File', $script, $Manifest, $scene.Folder)
    if (Get-Command strace -ErrorAction Ignore) {
        # Every program that is started below, with its whole command line.
        $line = @('strace', '-f', '--seccomp-bpf', '-qq', '-s', '10000', '-e', 'trace=execve', '-o', (Join-Path $scene.Folder 'programs.txt')) + $line
    }

    $program, $words = $line
    $screen = & $program @words *>&1 | Out-String -Width 1000
    $files = Get-ChildItem $scene.Folder -Recurse -File -Force | Where-Object Name -NE 'flood.ps1'
}

AfterAll {
    Remove-Item env:PLANTED_SECRET -ErrorAction Ignore
    Stop-Emulator $fal
}

Describe 'The secret of a key in a shell of its own' {
    It 'is there to be found: the commands succeed and fail as they should' {
        $screen | Should -Match 'ids: ApiKeyMalformed ApiKeyRejected JobFailed JobNotFound'
        $screen | Should -Match 'given as plain text'
        $screen | Should -Match 'face_detection_error'
        (Get-Content (Join-Path $scene.Folder 'output.json') -Raw) | Should -Match '"OutputPath":\s*"[^"]+lipsync\.mp4"'
        $files.Name | Should -Contain 'transcript.txt'
        Get-Content (Join-Path $scene.Folder 'transcript.txt') -Raw | Should -Match 'ApiKeyMalformed|given as plain text'
        if (Get-Command strace -ErrorAction Ignore) {
            (Get-Content (Join-Path $scene.Folder 'programs.txt')) -match 'pwsh' | Should -Not -BeNullOrEmpty -Because 'Start-Job starts one'
        }
    }

    It 'is not on the screen' {
        $screen.Contains($secret) | Should -BeFalse -Because (($screen -split "`n" | Select-String $secret -SimpleMatch | Select-Object -First 3) -join "`n")
    }

    It 'is in no file: transcript, exported objects and errors, command lines, store, results' {
        foreach ($file in $files) {
            $text = [Text.Encoding]::Latin1.GetString([IO.File]::ReadAllBytes($file.FullName))
            # Off Windows an exported SecureString is its characters in hexadecimal.
            foreach ($form in @(
                    $secret
                    [Text.Encoding]::Latin1.GetString([Text.Encoding]::Unicode.GetBytes($secret))
                    [Convert]::ToHexString([Text.Encoding]::Unicode.GetBytes($secret)).ToLowerInvariant()
                    [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes("key-id-0001:$secret")))) {
                $text.Contains($form) | Should -BeFalse -Because "$($file.FullName) must not hold it"
            }
        }
    }
}

Describe 'A key from where people keep them' {
    BeforeEach {
        $scene = New-Scene $fal
        $env:FAL_KEY = $null
        $half = ConvertTo-SecureString $secret -AsPlainText
    }

    It 'is taken from the pipe as Get-Secret returns it: <Form>' -ForEach @(
        @{ Form = 'a SecureString'; Stored = { ConvertTo-SecureString "key-id-0001:$secret" -AsPlainText } }
        @{ Form = 'a PSCredential'; Stored = { [pscredential]::new('key-id-0001', $half) } }
        @{ Form = 'a Hashtable'; Stored = { @{ KeyId = (ConvertTo-SecureString 'key-id-0001' -AsPlainText); KeySecret = $half } } }
    ) {
        (& $Stored | Connect-KlingLipSync).KeyId | Should -Be 'key-id-0001'
        (Invoke-KlingLipSync "$($scene.Clips)/anna.mp4").State | Should -Be 'Completed'
    }

    It 'is taken from a file of Export-Clixml, and by a job that gets it as an argument' {
        $file = Join-Path $scene.Folder 'fal.xml'
        [pscredential]::new('key-id-0001', $half) | Export-Clixml $file
        (Connect-KlingLipSync -ApiKey (Import-Clixml $file)).KeyId | Should -Be 'key-id-0001'
        $key = Import-Clixml $file
        $job = Start-Job { Import-Module $using:Manifest; Connect-KlingLipSync -ApiKey $using:key }
        ($job | Receive-Job -Wait -AutoRemoveJob).KeyId | Should -Be 'key-id-0001'
    }

    It 'is refused as text, with what to do instead' {
        { Connect-KlingLipSync -ApiKey "key-id-0001:$secret" } | Should -Throw -ErrorId 'ApiKeyMalformed,*'
        Assert-Complete $Error[0] ApiKeyMalformed AuthenticationError
        $Error[0].ErrorDetails.RecommendedAction | Should -Match 'Read-Host -AsSecureString'
        $Error[0].Exception.Message | Should -Not -Match $secret
    }
}
