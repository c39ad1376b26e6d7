namespace KlingLipSync.Quickstart;

/// <summary>Where quickstart.ps1 lies: in the project's folder, some way above the built program.</summary>
internal static class ScriptFile
{
    private const string Name = "quickstart.ps1";

    /// <exception cref="FileNotFoundException">The program was taken out of its project's folder.</exception>
    public static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, Name);
            if (File.Exists(path))
            {
                return path;
            }
        }

        throw new FileNotFoundException($"{Name} is in no folder above '{AppContext.BaseDirectory}'.");
    }
}
