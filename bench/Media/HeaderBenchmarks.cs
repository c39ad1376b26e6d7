using BenchmarkDotNet.Attributes;
using KlingLipSync.Media;

namespace KlingLipSync.Bench.Media;

/// <summary>Opening a file and reading its facts, one file after the other on one core.</summary>
[MemoryDiagnoser]
public class HeaderBenchmarks
{
    private string[] _files = [];

    /// <summary>The kind of file.</summary>
    [ParamsSource(nameof(Names))]
    public string File { get; set; } = "";

    /// <summary>All kinds.</summary>
    public static IEnumerable<string> Names => BenchFiles.Names;

    /// <summary>Finds the copies.</summary>
    [GlobalSetup]
    public void FindFiles() => _files = Directory.GetFiles(Path.Combine(Program.Folder, File));

    /// <summary>Reads each copy once.</summary>
    [Benchmark(OperationsPerInvoke = BenchFiles.Copies)]
    public long Read()
    {
        long ticks = 0;
        foreach (string file in _files)
        {
            ticks += MediaReader.ReadFile(file).CautiousDuration!.Value.Ticks;
        }

        return ticks;
    }
}
