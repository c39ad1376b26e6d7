#!/usr/bin/env pwsh
#Requires -Version 7.4

<#
.SYNOPSIS
    Builds, tests and shows KlingLipSync.
.DESCRIPTION
    Without a task it lists the tasks. Everything that must work without PowerShell lives in MSBuild and C#:
    `dotnet build`, `dotnet test` and `dotnet run --project examples/Quickstart` do their part alone.
.PARAMETER Task
    Build    lays out the importable module in out/KlingLipSync.
    Test     runs the xUnit tests, then Pester where it is installed.
    Demo     runs the Quickstart against a local emulator.
    Bench    runs one benchmark and writes its results to bench/results.
    Analyze  runs PSScriptAnalyzer over the scripts where it is installed.
    Clean    removes what was built.
.PARAMETER Configuration
    Debug or Release. Benchmarks are always Release.
.PARAMETER Name
    Which benchmark: a folder under bench.
.EXAMPLE
    ./build.ps1 Test
.EXAMPLE
    ./build.ps1 Bench -Name Media
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0)]
    [ValidateSet('Build', 'Test', 'Demo', 'Bench', 'Analyze', 'Clean')]
    [string] $Task,

    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Debug',

    [ValidateNotNullOrEmpty()]
    [string] $Name = 'Media'
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

function Invoke-Native {
    $command, $arguments = $args
    & $command @arguments
    if ($LASTEXITCODE -ne 0) {
        throw "'$args' ended with the exit code $LASTEXITCODE."
    }
}

function Find-Module([string] $Name, [version] $Least) {
    Get-Module -ListAvailable $Name | Where-Object Version -GE $Least | Sort-Object Version -Descending | Select-Object -First 1
}

function Invoke-Build {
    Invoke-Native dotnet build $PSScriptRoot --configuration $Configuration
}

function Invoke-Test {
    Invoke-Native dotnet test $PSScriptRoot --configuration $Configuration
    if (-not (Find-Module Pester 5.7)) {
        'Pester did not run: Pester 5.7 or later is not installed (Install-PSResource Pester).'
        return
    }

    # A process of its own: a module that was imported here earlier must not stand in for the one just built.
    Invoke-Native (Get-Process -Id $PID).Path -NoLogo -NoProfile -File (Join-Path $PSScriptRoot 'tests/Pester/Run.ps1')
}

function Invoke-Demo {
    Invoke-Build
    & (Join-Path $PSScriptRoot 'examples/Quickstart/quickstart.ps1')
}

function Invoke-Bench {
    Invoke-Native dotnet run --configuration Release --project (Join-Path $PSScriptRoot 'bench' $Name)
}

function Invoke-Analyze {
    if (-not (Find-Module PSScriptAnalyzer 1.22)) {
        'PSScriptAnalyzer did not run: it is not installed (Install-PSResource PSScriptAnalyzer).'
        return
    }

    $findings = 'build.ps1', 'KlingLipSync.psd1', 'examples', 'tests/Pester' |
        ForEach-Object { Invoke-ScriptAnalyzer (Join-Path $PSScriptRoot $_) -Recurse -Severity Error, Warning }
    $findings
    if ($findings) {
        throw "PSScriptAnalyzer has $(@($findings).Count) findings."
    }
}

function Invoke-Clean {
    Invoke-Native dotnet clean $PSScriptRoot --configuration $Configuration
}

if ($Task) {
    & "Invoke-$Task"
}
else {
    Get-Help $PSCommandPath -Detailed
}
