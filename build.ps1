#!/usr/bin/env pwsh
#Requires -Version 7.4

<#
.SYNOPSIS
    Builds, tests, shows, packs and publishes KlingLipSync.
.DESCRIPTION
    Without a task it says what the tasks do, what each needs and how long it takes. A task is a function Invoke-<Task> below, and its
    help is all that is said of it. Everything that must work without PowerShell lives in MSBuild and C#: `dotnet build`, `dotnet test`
    and `dotnet run --project examples/Quickstart` do their part alone.
.PARAMETER Task
    What to do.
.PARAMETER Configuration
    Debug or Release, for Build, Test, Demo and Clean. Benchmarks and packages are always Release.
.PARAMETER Name
    Which benchmark: a folder under bench.
.PARAMETER ProjectUri
    The project's public address, for a package's links. That of git's remote 'origin' unless it is given.
.PARAMETER Package
    Which package to test or publish: the one in out/package unless it is given.
.PARAMETER ResultFolder
    A folder that takes the sums of Pester's tests (pester.json) and the names of those that passed (pester.passed).
.PARAMETER Certificate
    What to sign with. Without it a signing service must have signed the files in out/package/KlingLipSync.
.PARAMETER TimestampServer
    Who proves when it was signed.
.PARAMETER Repository
    Where to publish: the name of a registered repository, such as PSGallery.
.PARAMETER ApiKey
    That repository's key.
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    [Parameter(Position = 0)]
    [ArgumentCompleter({
            $word, $line = $args[2, 3]
            (Get-Command $line.GetCommandName()).ScriptBlock.Ast.FindAll({ $args[0] -is [Management.Automation.Language.FunctionDefinitionAst] }, $false).Name -like "Invoke-$word*" -replace '^Invoke-'
        })]
    [string] $Task,

    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Debug',

    [ValidateNotNullOrEmpty()]
    [string] $Name = 'Media',

    [uri] $ProjectUri,

    [string] $Package,

    [string] $ResultFolder,

    [Security.Cryptography.X509Certificates.X509Certificate2] $Certificate,

    [uri] $TimestampServer = 'http://timestamp.digicert.com',

    [string] $Repository,

    [securestring] $ApiKey
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true

$tools = Join-Path $PSScriptRoot 'tools/Package'
$output = Join-Path $PSScriptRoot 'out/package'
$layout = Join-Path $output 'KlingLipSync'
$version = (Import-PowerShellDataFile (Join-Path $PSScriptRoot 'KlingLipSync.psd1')).ModuleVersion
if (-not $Package) {
    $Package = Join-Path $output "KlingLipSync.$version.nupkg"
}

function Invoke-Build {
    <#
    .SYNOPSIS
        Lays out the importable module in out/KlingLipSync.
    .NOTES
        Needs the .NET SDK 10. Half a minute.
    .EXAMPLE
        ./build.ps1 Build
    .EXAMPLE
        ./build.ps1 Build -Configuration Release
    #>
    dotnet build $PSScriptRoot --configuration $Configuration
}

function Invoke-Test {
    <#
    .SYNOPSIS
        Runs the xUnit tests, then Pester over out/KlingLipSync.
    .NOTES
        Needs the .NET SDK 10, and Pester 5.7 for its part. A quarter of an hour; .ci/run does the same over the package.
    .EXAMPLE
        ./build.ps1 Test
    #>
    dotnet test $PSScriptRoot --configuration $Configuration
    if (-not (Find-InstalledModule Pester 5.7)) {
        'Pester did not run: Pester 5.7 or later is not installed (Install-PSResource Pester).'
        return
    }

    # A process of its own: a module that was imported here earlier must not stand in for the one just built.
    & ([Environment]::ProcessPath) -NoLogo -NoProfile -File (Join-Path $PSScriptRoot 'tests/Pester/Run.ps1')
}

function Invoke-Demo {
    <#
    .SYNOPSIS
        Runs the Quickstart: sample clips against a local stand-in for fal.
    .NOTES
        Needs the .NET SDK 10. A minute.
    .EXAMPLE
        ./build.ps1 Demo
    #>
    Invoke-Build
    & (Join-Path $PSScriptRoot 'examples/Quickstart/quickstart.ps1')
}

function Invoke-Bench {
    <#
    .SYNOPSIS
        Runs one benchmark, a folder under bench, and writes its results to bench/results.
    .NOTES
        Needs the .NET SDK 10, some of them ffmpeg, curl or Node. Minutes (Media) to hours (SideBySide).
    .EXAMPLE
        ./build.ps1 Bench -Name Media
    #>
    dotnet run --configuration Release --project (Join-Path $PSScriptRoot 'bench' $Name)
}

function Invoke-Analyze {
    <#
    .SYNOPSIS
        Runs PSScriptAnalyzer over every script, manifest and display file, by the Gallery's rules and by PSScriptAnalyzerSettings.psd1.
    .NOTES
        Needs PSScriptAnalyzer 1.22 and the output of Build or Pack. A minute.
    .EXAMPLE
        ./build.ps1 Analyze
    #>
    if (-not (Find-InstalledModule PSScriptAnalyzer 1.22)) {
        'PSScriptAnalyzer did not run: it is not installed (Install-PSResource PSScriptAnalyzer).'
        return
    }

    & (Join-Path $PSScriptRoot 'tools/Analysis/Analyze.ps1')
}

function Invoke-Pack {
    <#
    .SYNOPSIS
        Makes the package that the PowerShell Gallery takes, in out/package, says what it weighs, and tests it with TestPackage.
    .NOTES
        Needs the .NET SDK 10, PowerShell 7.5 or later, Pester 5.7 and the package registry. Two minutes, and the tests.
    .EXAMPLE
        ./build.ps1 Pack
    .EXAMPLE
        ./build.ps1 Pack -ProjectUri https://github.com/someone/KlingLipSync
    #>
    $address = "$ProjectUri" ? $ProjectUri : (& (Join-Path $tools 'Origin.ps1'))
    if (-not $address) {
        "The project's address is not known (-ProjectUri): the package has no ProjectUri, LicenseUri, IconUri and no help online."
    }

    if (Test-Path $output) { Remove-Item $output -Recurse }
    $properties = @("-p:ModuleOutput=$layout/", '-p:ForPackage=true', '-p:ContinuousIntegrationBuild=true', "-p:ProjectUri=$address")
    dotnet build (Join-Path $PSScriptRoot 'src/KlingLipSync.PowerShell') --configuration Release --nologo --verbosity quiet @properties
    Copy-Item (Join-Path $PSScriptRoot 'CHANGELOG.md'), (Join-Path $PSScriptRoot 'docs/icon/icon.png') $layout
    & (Join-Path $tools 'Components.ps1') -Layout $layout -Version $version
    & (Join-Path $tools 'Notices.ps1') -Layout $layout
    & (Join-Path $tools 'Manifest.ps1') -Layout $layout -ProjectUri $address
    & (Join-Path $tools 'Seal.ps1') -Layout $layout -Package $Package
    Invoke-TestPackage
}

function Invoke-TestPackage {
    <#
    .SYNOPSIS
        Installs a package from a repository made for it, runs all of Pester over what was installed, and records that file's hash.
    .NOTES
        Needs the .NET SDK 10 and Pester 5.7; the package may come from another machine. Five to fifteen minutes.
    .EXAMPLE
        ./build.ps1 TestPackage
    .EXAMPLE
        ./build.ps1 TestPackage -Package ~/Downloads/KlingLipSync.0.1.0.nupkg
    #>
    dotnet build (Join-Path $PSScriptRoot 'src/KlingLipSync.Emulator') --configuration Release --nologo --verbosity quiet
    & (Join-Path $tools 'Test.ps1') -Package $Package -ResultFolder $ResultFolder
}

function Invoke-Sign {
    <#
    .SYNOPSIS
        Signs what this project made in out/package, or proves that a signing service did; then makes the package anew and tests it.
    .NOTES
        Needs Windows, the output of Pack in out/package, and a certificate for code or a signing service's signatures. As long as TestPackage.
    .EXAMPLE
        ./build.ps1 Sign -Certificate (Get-Item Cert:/CurrentUser/My/8F2C41D0)
    .EXAMPLE
        ./build.ps1 Sign
    #>
    & (Join-Path $tools 'Sign.ps1') -Layout $layout -Certificate $Certificate -TimestampServer $TimestampServer
    if (-not $WhatIfPreference) {
        & (Join-Path $tools 'Seal.ps1') -Layout $layout -Package $Package
        Invoke-TestPackage
    }
}

function Invoke-Publish {
    <#
    .SYNOPSIS
        Publishes the package to a repository: the very file that was tested, or nothing.
    .NOTES
        Needs PowerShell 7.5 or later, a tested package, and the repository's key as a SecureString. Seconds.
    .EXAMPLE
        ./build.ps1 Publish -Repository Rehearsal -WhatIf
    .EXAMPLE
        ./build.ps1 Publish -Repository PSGallery -ApiKey (Read-Host -AsSecureString)
    #>
    & (Join-Path $tools 'Publish.ps1') -Package $Package -Repository $Repository -ApiKey $ApiKey
}

function Invoke-Clean {
    <#
    .SYNOPSIS
        Removes what was built.
    .NOTES
        Needs the .NET SDK 10. Seconds.
    .EXAMPLE
        ./build.ps1 Clean
    #>
    dotnet clean $PSScriptRoot --configuration $Configuration
    if (Test-Path $output) { Remove-Item $output -Recurse }
}

function Find-InstalledModule([string] $Name, [version] $Least) {
    Get-Module -ListAvailable $Name | Where-Object Version -GE $Least | Sort-Object Version -Descending | Select-Object -First 1
}

function Show-Task([string[]] $Name) {
    'Usage: ./build.ps1 <Task>      Get-Help ./build.ps1 -Full has the parameters.'
    foreach ($task in $Name) {
        $help = Get-Help "Invoke-$task"
        ''
        $task
        "    $($help.Synopsis)"
        "    $($help.alertSet.alert.Text.Trim())"
        $help.examples.example | ForEach-Object { "    > $($_.code)" }
    }
}

# In the order they stand in above.
$tasks = $MyInvocation.MyCommand.ScriptBlock.Ast.FindAll({ $args[0] -is [Management.Automation.Language.FunctionDefinitionAst] }, $false).Name -like 'Invoke-*' -replace '^Invoke-'
if (-not $Task) {
    Show-Task $tasks
}
elseif ($Task -notin $tasks) {
    throw "There is no task '$Task'. The tasks are: $($tasks -join ', ')."
}
elseif ($WhatIfPreference -and $Task -notin 'Sign', 'Publish') {
    throw "$Task has no rehearsal: -WhatIf is for Sign and Publish."
}
else {
    & "Invoke-$Task"
}
