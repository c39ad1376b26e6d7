<#
.SYNOPSIS
    Writes the package's bill of materials: the libraries that ship, with version, licence and copyright.
.DESCRIPTION
    CycloneDX reads them from the packages that NuGet restored for the engine. What the engine's deps.json does not name is not
    shipped and left out. SQLite itself is in no package's name: its version is asked of its own code.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Layout,
    [Parameter(Mandatory)] [string] $Version
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true

$root = [IO.Path]::GetFullPath((Join-Path $PSScriptRoot '../..'))
$file = Join-Path $Layout 'KlingLipSync.cdx.json'

function Get-SqliteVersion {
    $library = Get-ChildItem (Join-Path $Layout "deps/runtimes/$([Runtime.InteropServices.RuntimeInformation]::RuntimeIdentifier)/native") -File
    Add-Type -Namespace KlingLipSync.Package -Name Sqlite -MemberDefinition 'public delegate System.IntPtr LibVersion();'
    $handle = [Runtime.InteropServices.NativeLibrary]::Load($library.FullName)
    try {
        $address = [Runtime.InteropServices.NativeLibrary]::GetExport($handle, 'sqlite3_libversion')
        $call = [Runtime.InteropServices.Marshal]::GetDelegateForFunctionPointer($address, [KlingLipSync.Package.Sqlite+LibVersion])
        [Runtime.InteropServices.Marshal]::PtrToStringUTF8($call.Invoke())
    }
    finally { [Runtime.InteropServices.NativeLibrary]::Free($handle) }
}

Push-Location $root
try {
    dotnet tool restore

    # The build has restored the packages; a restore by the tool would take the whole solution's time again.
    dotnet tool run dotnet-CycloneDX src/KlingLipSync/KlingLipSync.csproj --output $Layout --filename (Split-Path $file -Leaf) `
        --output-format Json --disable-package-restore --set-name KlingLipSync --set-version $Version --set-type Library
}
finally { Pop-Location }

$shipped = (Get-Content (Join-Path $Layout 'deps/KlingLipSync.deps.json') -Raw | ConvertFrom-Json -AsHashtable).libraries.Keys
$bill = Get-Content $file -Raw | ConvertFrom-Json -AsHashtable
$bill.components = @($bill.components | Where-Object { "$($_.name)/$($_.version)" -in $shipped })
$known = @($bill.metadata.component.'bom-ref') + $bill.components.'bom-ref'
$bill.dependencies = @(
    foreach ($entry in $bill.dependencies | Where-Object ref -In $known) {
        [ordered]@{ ref = $entry.ref; dependsOn = @($entry['dependsOn'] | Where-Object { $_ -in $known }) }
    })

$carrier = $bill.components | Where-Object name -EQ 'SQLitePCLRaw.lib.e_sqlite3'
$sqlite = Get-SqliteVersion
$carrier.components = @([ordered]@{
        type        = 'library'
        'bom-ref'   = "pkg:generic/sqlite@$sqlite"
        name        = 'SQLite'
        version     = $sqlite
        description = 'The database library itself, compiled into the native files of this package.'
        licenses    = @(@{ license = @{ id = 'blessing' } })
        purl        = "pkg:generic/sqlite@$sqlite"
    })
$bill | ConvertTo-Json -Depth 20 | Set-Content $file
