using System.Diagnostics;
using BenchmarkDotNet.Attributes;

namespace KlingLipSync.Bench.Media;

/// <summary>The same of <c>ffprobe</c>, a process for each file, as a script would ask it.</summary>
public class FfprobeBenchmarks
{
    private string _file = "";

    /// <summary>The kind of file.</summary>
    [ParamsSource(nameof(Names))]
    public string File { get; set; } = "";

    /// <summary>All kinds.</summary>
    public static IEnumerable<string> Names => BenchFiles.Names;

    /// <summary>Is <c>ffprobe</c> on the PATH?</summary>
    public static bool IsThere
    {
        get
        {
            try
            {
                return Ask("-version").Length > 0;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return false;
            }
        }
    }

    /// <summary>The first line of <c>ffprobe -version</c>.</summary>
    public static string Version => Ask("-version").Split('\n')[0].Trim();

    /// <summary>Finds a copy.</summary>
    [GlobalSetup]
    public void FindFile() => _file = Directory.GetFiles(Path.Combine(Program.Folder, File))[0];

    /// <summary>Asks for the facts of one file.</summary>
    [Benchmark]
    public int Read() => Ask("-v", "error", "-of", "json", "-show_format", "-show_streams", _file).Length;

    private static string Ask(params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("ffprobe", arguments) { RedirectStandardOutput = true })!;
        string answer = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return answer;
    }
}
