using System.Text;
using System.Text.Json;
using KlingLipSync.Media;
using static KlingLipSync.Tests.Unit.Media.Reading;

namespace KlingLipSync.Tests.Unit.Media;

/// <summary>PowerShell reads each remedy as one command with the very file as one word, whatever the file is called.</summary>
[Collection(nameof(Heavy))]
public class PasteTests
{
    private static readonly string[] Names =
    [
        "plain", "two words", " leading and trailing ", "it's", "''", "\"quoted\"", "\u2018typo\u2019graphic\u201A\u201B", "\u201Cdouble\u201D\u201E",
        "-y", "--", "-i", "$HOME", "$(Remove-Item x)", "`n`0`$", "a;b", "a|b", "a&b", "&& b", "a>b", "#no comment", "<#", "@list", "@'", "{x}", "(1)", "[0]", "[a-z]",
        "*", "?", "~", "%PATH%", "100%", "!", "^", "a,b", "a=b", "http:x", "concat:a|b", "\u00FCml\u00E4ut", "\u65E5\u672C\u8A9E", "\U0001F3A4",
        "tab\there", "line\nbreak", "cr\rlf\n'x'", "\u001b[31mred\u001b[0m", "nul\u0001", "\u0085next\u2028line\u2029", "c1\u009b31m", "it's \"both\" $x\n",
    ];

    [Fact]
    public void Every_line_is_one_ffmpeg_command_that_names_the_file_as_it_is()
    {
        Tool.SkipUnlessThere("pwsh");
        MediaFacts clip = Read(TestMedia.Mp4(11));
        MediaFacts sound = Read(TestMedia.Wav(1));
        var script = new StringBuilder("function ffmpeg { ConvertTo-Json -Compress -InputObject ([string[]] $args) }\n[Console]::OutputEncoding = [Text.UTF8Encoding]::new($false)\n");
        List<(string Input, string Output)> expected = [];
        foreach (string name in Names)
        {
            string plain = name.StartsWith('-') || name.Contains(':') ? "./" + name : name;
            script.AppendLine(LipSyncRules.CheckVideo(clip, name + ".mp4")[0].Remedy);
            expected.Add((plain + ".mp4", plain + ".fit.mp4"));
            script.AppendLine(LipSyncRules.CheckAudio(sound, name + ".wav")[0].Remedy);
            expected.Add((plain + ".wav", plain + ".fit.m4a"));
            script.AppendLine(LipSyncRules.CheckPair(clip, "clip.mp4", sound, name + ".wav")[0].Remedy);
            expected.Add((plain + ".wav", plain + ".fit.m4a"));
        }

        DirectoryInfo folder = Directory.CreateTempSubdirectory("klinglipsync-");
        try
        {
            string[] lines = Tool.PowerShell(folder.FullName, script.ToString()).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            Assert.Equal(expected.Count, lines.Length);
            foreach ((string line, (string input, string output)) in lines.Zip(expected))
            {
                string[] words = JsonSerializer.Deserialize<string[]>(line)!;
                Assert.Equal(["-i", input], words[..2]);
                Assert.Equal(output, words[^1]);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
