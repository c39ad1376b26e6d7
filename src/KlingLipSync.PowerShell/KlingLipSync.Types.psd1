@{
    # A module of its own within the module: type files of the outer manifest are read before its nested modules, and of a second copy in one session
    # every member would be an error before the loader could say in one sentence what is wrong. The version is the outer manifest's matter.
    ModuleVersion     = '1.0.0'
    GUID              = '0c1d8a53-8a1e-4b0f-9f0b-6f5e3c1f7a42'
    Author            = 'The KlingLipSync authors'
    CompanyName       = 'The KlingLipSync authors'
    Copyright         = '(c) 2026 The KlingLipSync authors. MIT licence.'
    Description       = 'What the objects of KlingLipSync have beside their own properties.'
    PowerShellVersion = '7.4'
    TypesToProcess    = @('KlingLipSync.Types.ps1xml')
    FunctionsToExport = @()
    CmdletsToExport   = @()
    VariablesToExport = @()
    AliasesToExport   = @()
}
