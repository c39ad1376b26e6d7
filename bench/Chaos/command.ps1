# "The same command" of the harness, and at the end the list of all jobs. It runs in pwsh and in the small host of the tests,
# whose engine has the core commands only. The settings come as environment variables; what it found goes to a file, one JSON
# object a line.
$ErrorActionPreference = 'Stop'
Import-Module $env:CHAOS_MODULE

$report = [System.IO.StreamWriter]::new($env:CHAOS_REPORT)

function Write-Line([string] $Kind, $Object, [string[]] $Property, [string] $Id) {
    $line = [System.Collections.Generic.Dictionary[string, string]]::new()
    $line['Kind'] = $Kind
    $line['Id'] = $Id
    foreach ($name in $Property) {
        $value = $Object.$name
        if ($null -ne $value) { $line[$name] = [string]::Format([cultureinfo]::InvariantCulture, '{0}', ($value -join ';')) }
    }

    $report.WriteLine([System.Text.Json.JsonSerializer]::Serialize[System.Collections.Generic.Dictionary[string, string]]($line))
}

$source = 'VideoPath', 'VideoUrl', 'AudioPath', 'AudioUrl'
$facts = $source + 'State', 'RequestId', 'OutputPath', 'QuotedCost', 'BilledSeconds', 'BillableUnits', 'Billed', 'ErrorType', 'ErrorMessage'

if ($env:CHAOS_LIST) {
    Get-KlingLipSyncJob -Local | ForEach-Object { Write-Line job $_ $facts $_.Id }
}
else {
    if ($env:CHAOS_SWITCH) {
        [void] [System.Reflection.Assembly]::LoadFrom($env:CHAOS_HOST)
        $what, $boundary, $nth, $mark = $env:CHAOS_SWITCH.Split('|')
        if ($what -eq 'kill') { [KlingLipSync.Tests.Host.KillSwitch]::Kill($boundary, $nth) }
        else { [KlingLipSync.Tests.Host.KillSwitch]::Pause($boundary, $nth, $mark) }
    }

    $lines = [System.IO.File]::ReadAllLines($env:CHAOS_ROWS)
    $columns = $lines[0].Split(',')
    $rows = for ($i = 1; $i -lt $lines.Length; $i++) {
        $row = [ordered] @{}
        $cells = $lines[$i].Split(',')
        for ($c = 0; $c -lt $columns.Length; $c++) { $row[$columns[$c]] = $cells[$c] }
        [pscustomobject] $row
    }

    # A second process comes from the other end, or it would only follow the first.
    if ($env:CHAOS_BACKWARDS) { [array]::Reverse($rows) }
    $more = @{}
    if ($env:CHAOS_UNCONFIRMED) { $more['OnUnconfirmed'] = $env:CHAOS_UNCONFIRMED }
    $failures = @()
    try {
        $rows | Invoke-KlingLipSync -Destination $env:CHAOS_OUT -ThrottleLimit $env:CHAOS_THROTTLE @more -WarningAction SilentlyContinue `
            -ErrorAction SilentlyContinue -ErrorVariable +failures |
            ForEach-Object { Write-Line job $_ $facts $_.Id }
    }
    catch {
        Write-Line error $_.TargetObject $source "thrown:$($_.FullyQualifiedErrorId)"
        Write-Line words $_.Exception @('Message') ''
    }

    foreach ($failure in $failures) {
        Write-Line error $failure.TargetObject $source $failure.FullyQualifiedErrorId
        Write-Line words $failure.Exception @('Message') $failure.FullyQualifiedErrorId
    }
}

Write-Line end $null @() ''
$report.Dispose()
