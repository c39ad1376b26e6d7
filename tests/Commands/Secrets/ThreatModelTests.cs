using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Secrets;

/// <summary>The help promises no protection that is not there.</summary>
public sealed class ThreatModelTests
{
    [Theory]
    [InlineData("about_KlingLipSync_Authentication.md", "On Linux and macOS it is not encrypted at all")]
    [InlineData("about_KlingLipSync_Authentication.md", "The memory of this process")]
    [InlineData("about_KlingLipSync_Authentication.md", "Every program of the same user can read `FAL_KEY`")]
    [InlineData("about_KlingLipSync_Authentication.md", "At fal they lie behind URLs that anyone may open who has them")]
    [InlineData("about_KlingLipSync_Authentication.md", "The file is not encrypted.")]
    [InlineData("Shared.md", "outside Windows it is not encrypted at all")]
    public async Task The_help_says(string page, string words)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(ModuleUnderTest.HelpPages, page));

        Assert.Contains(words, string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }
}
