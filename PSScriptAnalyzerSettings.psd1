@{
    # The analyzer's own rules; `./build.ps1 Analyze` runs the Gallery's beside these, with the same left out.
    IncludeDefaultRules = $true
    Severity            = @('Error', 'Warning')

    ExcludeRules        = @(
        # It reads each block alone, and Pester's BeforeAll sets what its It reads.
        'PSUseDeclaredVarsMoreThanAssignments'

        # New-Scene, Start-Emulator and the like change folders and processes of the tests' own; nobody rehearses a test.
        'PSUseShouldProcessForStateChangingFunctions'

        # The stand-in's key is 'demo:demo', in plain text on purpose. The commands themselves take a SecureString.
        'PSAvoidUsingConvertToSecureStringWithPlainText'

        # It does not look into functions, and the tasks of build.ps1, which use its parameters, are functions.
        'PSReviewUnusedParameter'

        # PowerShell 7 reads UTF-8 without a mark, and a mark in front of '#!' would keep build.ps1 from starting.
        'PSUseBOMForUnicodeEncodedFile'
    )
}
