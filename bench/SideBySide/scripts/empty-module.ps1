# Makes a module with as many commands as ours and the same format files, and nothing behind them.
. $env:BENCH_METER
$manifest = Import-PowerShellDataFile $env:BENCH_MODULE
$code = 'using System.Management.Automation;' + -join ($manifest.CmdletsToExport | ForEach-Object {
        $verb, $noun = $_.Split('-')
        "[Cmdlet(`"$verb`", `"Empty$noun`")] public class $verb${noun}Command : PSCmdlet { }"
    })
$folder = $env:BENCH_EMPTY
Add-Type -TypeDefinition $code -OutputAssembly "$folder/Empty.dll"
$formats = @($manifest.FormatsToProcess)
foreach ($file in $formats) { Copy-Item (Join-Path (Split-Path $env:BENCH_MODULE) $file) $folder }
New-ModuleManifest "$folder/Empty.psd1" -RootModule Empty.dll -CmdletsToExport ($manifest.CmdletsToExport -replace '-', '-Empty') -FormatsToProcess $formats
Write-Figures
