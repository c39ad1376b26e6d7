# Runs over a module that was installed from a package (Run.ps1 -Module -Package), never over the build's folder.
BeforeDiscovery {
    . (Join-Path $PSScriptRoot 'common.ps1')
    $platforms = 'win-x64', 'linux-x64', 'linux-arm64', 'osx-arm64'
    $own = @('KlingLipSync.Loader.dll', 'KlingLipSync.PowerShell.dll', 'deps/KlingLipSync.dll')
    $compiled = $platforms | ForEach-Object { "deps/$_/KlingLipSync.dll" }
    $canPublish = (Get-Command Publish-PSResource).Parameters.ContainsKey('NupkgPath')
}

BeforeAll {
    . (Join-Path $PSScriptRoot 'common.ps1')
    Import-Module $Manifest -Force
    $folder = Split-Path $Manifest
    $package = $env:KLINGLIPSYNC_PACKAGE
    $data = Import-PowerShellDataFile $Manifest
    $bill = Get-Content (Join-Path $folder 'KlingLipSync.cdx.json') -Raw | ConvertFrom-Json -AsHashtable

    function Get-Shipped {
        Get-ChildItem $folder -File -Recurse | ForEach-Object { [IO.Path]::GetRelativePath($folder, $_.FullName).Replace('\', '/') }
    }

    # Every entry of the bill of materials that stands below another, with the library it belongs to.
    function Get-Entry($Component) {
        foreach ($inner in @($Component['components'])) {
            if ($inner) {
                @{ Owner = $Component; Entry = $inner }
                Get-Entry $inner
            }
        }
    }

    function Get-BillFile {
        @($bill.metadata.component) + $bill.components | ForEach-Object { Get-Entry $_ } | Where-Object { $_.Entry.type -eq 'file' }
    }

    function Read-Image([string] $Path, [scriptblock] $Look) {
        $image = [Reflection.PortableExecutable.PEReader]::new([IO.File]::OpenRead((Join-Path $folder $Path)))
        try { & $Look $image } finally { $image.Dispose() }
    }

    # A new PowerShell, so that nothing imported here stands in for what it finds by itself.
    function Invoke-Fresh([string] $Script) {
        & ([Environment]::ProcessPath) -NoProfile -NonInteractive -Command $Script
    }
}

Describe 'The package' {
    It 'is these files and no others' {
        $libraries = 'Microsoft.Data.Sqlite.dll', 'Polly.Core.dll', 'SQLitePCLRaw.batteries_v2.dll', 'SQLitePCLRaw.core.dll', 'SQLitePCLRaw.provider.e_sqlite3.dll'
        $expected = @(
            'CHANGELOG.md'
            'KlingLipSync.cdx.json'
            'KlingLipSync.Format.ps1xml'
            'KlingLipSync.Loader.dll'
            'KlingLipSync.PowerShell.dll'
            'KlingLipSync.Types.ps1xml'
            'KlingLipSync.Types.psd1'
            'KlingLipSync.psd1'
            'LICENSE'
            'THIRD-PARTY-NOTICES.txt'
            'icon.png'
            'en-US/KlingLipSync.PowerShell.dll-Help.xml'
            '', '_Authentication', '_Automation', '_Cost', '_Errors', '_Jobs' | ForEach-Object { "en-US/about_KlingLipSync$_.help.txt" }
            'deps/KlingLipSync.deps.json'
            'deps/KlingLipSync.dll'
            'deps/System.Net.ServerSentEvents.dll'
            $libraries | ForEach-Object { "deps/$_" }
            'win-x64', 'linux-x64', 'linux-arm64', 'osx-arm64' | ForEach-Object { foreach ($file in @('KlingLipSync.dll') + $libraries) { "deps/$_/$file" } }
            'win-x64', 'win-arm64' | ForEach-Object { "deps/runtimes/$_/native/e_sqlite3.dll" }
            'linux-x64', 'linux-arm64', 'linux-musl-x64', 'linux-musl-arm64' | ForEach-Object { "deps/runtimes/$_/native/libe_sqlite3.so" }
            'osx-x64', 'osx-arm64' | ForEach-Object { "deps/runtimes/$_/native/libe_sqlite3.dylib" })
        Get-Shipped | Sort-Object | Should -Be ($expected | Sort-Object)
    }

    It 'has no file of PowerShell or of .NET itself' {
        $names = Get-ChildItem $folder -Filter *.dll -Recurse | ForEach-Object BaseName
        $names | Should -Contain 'Polly.Core'
        $names -match '^(System|Microsoft|netstandard|mscorlib|WindowsBase)' -notmatch '^(System\.Net\.ServerSentEvents|Microsoft\.Data\.Sqlite)$' | Should -BeNullOrEmpty
    }

    It 'has a manifest that passes without a warning' {
        $module = Test-ModuleManifest $Manifest -WarningVariable warnings -ErrorVariable errors
        $warnings + $errors | Should -BeNullOrEmpty
        $module.Version | Should -Be $data.ModuleVersion
    }

    It 'says in its manifest what the Gallery and its filters read' {
        $data.GUID | Should -Be '5f2c3f0e-6b0b-4c55-9a3e-0d1f7f7b9c21'
        $data.Author, $data.CompanyName | Should -Be 'The KlingLipSync authors', 'The KlingLipSync authors'
        $data.Copyright | Should -Match '\d{4} The KlingLipSync authors'
        $data.Description.Length | Should -BeGreaterThan 50
        $data.PowerShellVersion | Should -Be '7.4'
        $data.CompatiblePSEditions | Should -Be 'Core'
        $data.ContainsKey('RequiredAssemblies') | Should -BeFalse
        $data.PrivateData.PSData.Tags | Should -Contain 'lipsync'
        'PSEdition_Core', 'Windows', 'Linux', 'MacOS' | Should -BeIn $data.PrivateData.PSData.Tags
        $data.PrivateData.PSData.Tags -match '\s' | Should -BeNullOrEmpty
    }

    It 'names every display and type file it has' {
        $nested = $data.NestedModules -like '*.psd1' | ForEach-Object { Import-PowerShellDataFile (Join-Path $folder $_) }
        @($data['FormatsToProcess']) + @($nested.TypesToProcess) | Sort-Object |
            Should -Be (Get-ChildItem $folder -Filter *.ps1xml | ForEach-Object Name | Sort-Object)
    }

    It 'says what is new: the changelog''s section of its version' {
        $section = (Get-Content (Join-Path $folder 'CHANGELOG.md') -Raw) -split '(?m)^## ' -match "^\[$([regex]::Escape($data.ModuleVersion))\]"
        @($section).Count | Should -Be 1
        $data.PrivateData.PSData.ReleaseNotes | Should -Be ($section[0] -replace '^.*\n').Trim()
        $data.PrivateData.PSData.ReleaseNotes.Length | Should -BeGreaterThan 100
    }

    It 'has all its addresses or none, on https' {
        $addresses = 'ProjectUri', 'LicenseUri', 'IconUri' | ForEach-Object { $data.PrivateData.PSData[$_] } | Where-Object { $_ }
        @($addresses).Count | Should -BeIn 0, 3
        $addresses -notmatch '^https://[^@\s]+$' | Should -BeNullOrEmpty
    }

    It 'has help for every command' {
        $thin = Get-Command -Module KlingLipSync | Where-Object {
            $help = Get-Help $_.Name -Full
            -not $help.Synopsis -or $help.Synopsis -match '^\s*\w+-KlingLipSync' -or @($help.examples.example).Count -lt 3
        }
        @(Get-Command -Module KlingLipSync).Count | Should -Be @($data.CmdletsToExport).Count
        $thin | ForEach-Object Name | Should -BeNullOrEmpty
    }

    It 'has an icon of 128 by 128' {
        $bytes = [IO.File]::ReadAllBytes((Join-Path $folder 'icon.png'))
        [BitConverter]::ToString($bytes[0..7]) | Should -Be '89-50-4E-47-0D-0A-1A-0A'
        [BitConverter]::ToString($bytes[16..23]) | Should -Be '00-00-00-80-00-00-00-80'
    }

    It 'is the file its checksum says' {
        (Get-Content "$package.sha256" -Raw).Trim() | Should -Be "$((Get-FileHash $package -Algorithm SHA256).Hash.ToLowerInvariant())  $(Split-Path $package -Leaf)"
    }
}

Describe 'The bill of materials' {
    It 'has every file once, with its hash' {
        $files = Get-BillFile
        $files.Entry.name | Sort-Object | Should -Be (Get-Shipped | Where-Object { $_ -ne 'KlingLipSync.cdx.json' } | Sort-Object)
        $wrong = $files.Entry | Where-Object { $_.hashes[0].content -ne (Get-FileHash (Join-Path $folder $_.name) -Algorithm SHA256).Hash }
        $wrong | ForEach-Object { $_.name } | Should -BeNullOrEmpty
    }

    It 'says the version of every library that is another''s' {
        $libraries = Get-BillFile | Where-Object { $_.Entry.name -match '^deps/[^/]+\.dll$' -and $_.Entry.name -ne 'deps/KlingLipSync.dll' }
        @($libraries).Count | Should -Be 6
        foreach ($library in $libraries) {
            [Diagnostics.FileVersionInfo]::GetVersionInfo((Join-Path $folder $library.Entry.name)).ProductVersion |
                Should -Match "^$([regex]::Escape($library.Owner.version))($|[^\d.])" -Because $library.Entry.name
        }
    }

    It 'says the version of SQLite that is in its native files' {
        $sqlite = ($bill.components | Where-Object name -EQ 'SQLitePCLRaw.lib.e_sqlite3').components | Where-Object name -EQ 'SQLite'
        $natives = Get-ChildItem (Join-Path $folder 'deps/runtimes') -Recurse -File
        @($natives).Count | Should -Be 8
        foreach ($native in $natives) {
            [Text.Encoding]::Latin1.GetString([IO.File]::ReadAllBytes($native.FullName)) -match "(?<![\d.])$([regex]::Escape($sqlite.version))\0" |
                Should -BeTrue -Because "$($native.FullName) is SQLite $($sqlite.version)"
        }
    }

    It 'counts as the module''s own what is KlingLipSync''s, and nothing else' {
        $others = Get-BillFile | Where-Object { $_.Owner.name -eq 'KlingLipSync' -and $_.Entry.name -like '*.dll' } | ForEach-Object { Split-Path $_.Entry.name -Leaf }
        $others | Sort-Object -Unique | Should -Be 'KlingLipSync.dll', 'KlingLipSync.Loader.dll', 'KlingLipSync.PowerShell.dll'
    }

    It 'has a licence for every library, and the notices have its text' {
        $notices = Get-Content (Join-Path $folder 'THIRD-PARTY-NOTICES.txt') -Raw
        $texts = @{
            'MIT'          = 'Permission is hereby granted, free of charge'
            'Apache-2.0'   = 'TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION'
            'BSD-3-Clause' = 'Redistribution and use in source and binary forms'
            'blessing'     = 'May you do good and not evil'
        }
        $libraries = @($bill.components) + @($bill.components | ForEach-Object { Get-Entry $_ } | ForEach-Object { $_.Entry } | Where-Object type -EQ 'library')
        @($libraries).Count | Should -BeGreaterThan 6
        foreach ($library in $libraries) {
            $chapter = $notices -split '(?m)^={20,}\r?\n' | Select-String -SimpleMatch "$($library.name) $($library.version)" -Raw
            @($chapter).Count | Should -BeGreaterThan 1 -Because $library.name
            $after = $notices.Substring($notices.LastIndexOf("`n$($library.name) $($library.version)"))
            $after.Substring(0, [Math]::Min(15000, $after.Length)) | Should -BeLike "*$($texts[$library.licenses[0].license.id])*" -Because $library.name
        }
    }
}

Describe 'The assemblies of the package' {
    It 'are deterministic, know no path of the machine that built them, and can be debugged: <_>' -ForEach $own {
        Read-Image $_ {
            param($image)
            $entries = $image.ReadDebugDirectory()
            $entries.Type | Should -Contain 'Reproducible'
            $symbols = $entries | Where-Object Type -EQ 'EmbeddedPortablePdb'
            if ($_ -eq 'KlingLipSync.Loader.dll') {
                # It is the same bytes in every build of a version, so that it can tell another copy from its own.
                $symbols | Should -BeNullOrEmpty
                return
            }

            $symbols | Should -Not -BeNullOrEmpty
            $reader = $image.ReadEmbeddedPortablePdbDebugDirectoryData($symbols).GetMetadataReader()
            $documents = foreach ($document in $reader.Documents) { $reader.GetString($reader.GetDocument($document).Name) }
            $documents | Should -Not -BeNullOrEmpty

            # Paths of the machine that built it would differ on the next.
            $documents -notmatch '^/_' | Should -BeNullOrEmpty
        }
    }

    It 'holds native code for its platform: <_>' -ForEach $compiled {
        # Native code for another system than Windows has the system's own mark in the machine's number.
        $machines = @{ 'win-x64' = 0x8664; 'linux-x64' = 0x8664 -bxor 0x7B79; 'linux-arm64' = 0xAA64 -bxor 0x7B79; 'osx-arm64' = 0xAA64 -bxor 0x4644 }
        $machine = $machines[($_ -split '/')[1]]
        Read-Image $_ {
            param($image)
            $image.PEHeaders.CorHeader.ManagedNativeHeaderDirectory.Size | Should -BeGreaterThan 0
            [int]$image.PEHeaders.CoffHeader.Machine -band 0xFFFF | Should -Be $machine
        }
    }
}

Describe 'The installed module' {
    It 'is found by the name of a command, without an import' {
        $modules = Split-Path (Split-Path $folder)
        $told = Invoke-Fresh "`$env:PSModulePath = '$modules' + [IO.Path]::PathSeparator + `$env:PSModulePath; `$env:KLINGLIPSYNC_HOME = '$TestDrive/found'; Get-KlingLipSyncJob -Local; (Get-Module KlingLipSync).ModuleBase; (Get-Module KlingLipSync).Version.ToString()"
        $told | Should -Be $folder, $data.ModuleVersion
    }

    It 'takes native code where its runtime is the one it was made for, and the IL on <_>' -ForEach 'linux-musl-x64', 'fedora.42-x64', 'osx-x64' {
        $place = "`$engine = [AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { `$_.GetName().Name -eq 'KlingLipSync' }; [IO.Path]::GetRelativePath('$folder', `$engine.Location).Replace('\', '/')"
        $told = Invoke-Fresh "[AppContext]::SetData('RUNTIME_IDENTIFIER', '$_'); [Runtime.InteropServices.RuntimeInformation]::RuntimeIdentifier; Import-Module '$Manifest'; $place"
        $told | Should -Be $_, 'deps/KlingLipSync.dll'

        $here = [Runtime.InteropServices.RuntimeInformation]::RuntimeIdentifier
        $ahead = [Environment]::Version.Major -ge 10 -and (Test-Path (Join-Path $folder "deps/$here"))
        Invoke-Fresh "Import-Module '$Manifest'; $place" | Should -Be ($ahead ? "deps/$here/KlingLipSync.dll" : 'deps/KlingLipSync.dll')
    }
}

Describe 'Publishing' -Skip:(-not $canPublish) {
    BeforeEach {
        $build = Join-Path $Root 'build.ps1'
        $place = New-Item (Join-Path $TestDrive ([guid]::NewGuid().ToString('N'))) -ItemType Directory
        $shelf = New-Item (Join-Path $place shelf) -ItemType Directory
        $copy = Join-Path $place (Split-Path $package -Leaf)
        Copy-Item $package $copy
        $repositories = Get-PSResourceRepository | Out-String
        $name = "KlingLipSync-$($place.Name)"
        Register-PSResourceRepository -Name $name -Uri $shelf.FullName

        function Save-Record([string] $Hash) { @{ sha256 = $Hash } | ConvertTo-Json | Set-Content "$copy.tested.json" }

        function Publish-Copy([string] $More) {
            (Invoke-Fresh "try { & '$build' Publish -Package '$copy' -Repository $name $More *>&1 } catch { `$_ }") -join "`n"
        }
    }

    AfterEach {
        Unregister-PSResourceRepository -Name $name
        Get-PSResourceRepository | Out-String | Should -Be $repositories
    }

    It 'puts the very file that was tested into the repository' {
        Save-Record (Get-FileHash $copy -Algorithm SHA256).Hash.ToLowerInvariant()
        $told = Publish-Copy "-ApiKey (ConvertTo-SecureString 'planted-key' -AsPlainText -Force) -Verbose"
        $told | Should -BeLike "*Published*$name*"
        $told | Should -Not -BeLike '*planted-key*'
        (Get-ChildItem $shelf | Get-FileHash).Hash | Should -Be (Get-FileHash $package).Hash
    }

    It 'publishes nothing under -WhatIf' {
        Save-Record (Get-FileHash $copy -Algorithm SHA256).Hash
        Publish-Copy '-WhatIf' | Should -BeLike '*What if:*'
        Get-ChildItem $shelf | Should -BeNullOrEmpty
    }

    It 'refuses a file that was not tested' {
        Publish-Copy | Should -BeLike '*was not tested*'
        Get-ChildItem $shelf | Should -BeNullOrEmpty
    }

    It 'refuses a file that is another one than was tested' {
        Save-Record (Get-FileHash $Manifest -Algorithm SHA256).Hash
        Publish-Copy | Should -BeLike '*is not the file that was tested*'
        Get-ChildItem $shelf | Should -BeNullOrEmpty
    }
}
