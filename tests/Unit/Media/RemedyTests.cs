using System.Text;
using KlingLipSync.Media;

namespace KlingLipSync.Tests.Unit.Media;

/// <summary>Every kind of remedy is pasted into PowerShell and run by FFmpeg, and what comes of it is fit.</summary>
[Collection(nameof(Heavy))]
public sealed class RemedyTests(RemedyTests.Mended mended) : IClassFixture<RemedyTests.Mended>
{
    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, RemedyCases.All.Count)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void What_the_remedy_makes_is_fit(int number)
    {
        Tool.SkipUnlessThere("ffmpeg", "pwsh");
        RemedyCase made = RemedyCases.All[number];
        string line = mended.Lines[number];
        string folder = mended.FolderOf(number);
        string file = Assert.Single(Directory.GetFiles(folder, "*.fit.*"));
        MediaFacts facts = MediaReader.ReadFile(file);
        IReadOnlyList<MediaFinding> findings = made.IsSound ? LipSyncRules.CheckAudio(facts, file) : LipSyncRules.CheckVideo(facts, file);
        Assert.True(findings.Verdict() == MediaVerdict.Fit, $"{made}: {line}{Environment.NewLine}{string.Join(Environment.NewLine, findings)}");
        Assert.DoesNotContain(findings, finding => finding.Rule == made.Rule);
        if (made.Clip is { } seconds)
        {
            Assert.Empty(LipSyncRules.CheckPair(Clip(seconds), "clip.mp4", facts, file));
            Assert.InRange(facts.AudioDuration!.Value, Reading.S(seconds - 0.03), Reading.S(seconds + 0.03));
        }

        if (made.Rule == "BilledStep")
        {
            Assert.Equal(5, LipSyncPrice.Quote(facts).BilledSeconds);
        }
    }

    private static MediaFacts Clip(double seconds) => Reading.Read(TestMedia.Mp4(seconds));

    /// <summary>All files, made and mended: one PowerShell for all lines.</summary>
    public sealed class Mended : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("klinglipsync it's [remedies] ");

        public Mended()
        {
            if (!Tool.IsThere("ffmpeg") || !Tool.IsThere("pwsh"))
            {
                return;
            }

            var script = new StringBuilder();
            for (int i = 0; i < RemedyCases.All.Count; i++)
            {
                string line = Make(RemedyCases.All[i], i);
                Lines.Add(line);
                script.AppendLine($"Set-Location -LiteralPath '{FolderOf(i).Replace("'", "''", StringComparison.Ordinal)}'");
                script.AppendLine(line);
                script.AppendLine($"if ($LASTEXITCODE) {{ throw 'Line {i} ended with an error.' }}");
            }

            Tool.PowerShell(_folder.FullName, script.ToString());
        }

        public List<string> Lines { get; } = [];

        public string FolderOf(int number) => Path.Combine(_folder.FullName, number.ToString(System.Globalization.CultureInfo.InvariantCulture));

        public void Dispose() => _folder.Delete(recursive: true);

        private string Make(RemedyCase wanted, int number)
        {
            string folder = Directory.CreateDirectory(FolderOf(number)).FullName;
            string name = string.Join('_', wanted.Name.Split(Path.GetInvalidFileNameChars()));
            string path = Path.Combine(folder, name);
            Tool.Ffmpeg(folder, [.. wanted.Arguments, "made"]);
            byte[] bytes = File.ReadAllBytes(Path.Combine(folder, "made"));
            wanted.Damage?.Invoke(bytes);
            File.WriteAllBytes(path, bytes);
            File.Delete(Path.Combine(folder, "made"));

            MediaFacts facts = wanted.Facts(MediaReader.ReadFile(path));
            IReadOnlyList<MediaFinding> findings = wanted.Clip is { } seconds ? LipSyncRules.CheckPair(Clip(seconds), "clip.mp4", facts, name)
                : wanted.IsSound ? LipSyncRules.CheckAudio(facts, name)
                : LipSyncRules.CheckVideo(facts, name);
            MediaFinding finding = Assert.Single(findings, finding => finding.Rule == wanted.Rule);
            Assert.True(finding.Remedy.StartsWith("ffmpeg ", StringComparison.Ordinal), $"{wanted}: {finding.Remedy}");
            return finding.Remedy;
        }
    }
}
