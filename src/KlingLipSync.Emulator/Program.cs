using System.Runtime.InteropServices;
using System.Text.Json;
using KlingLipSync.Emulator;

if (args is ["--help" or "-h"])
{
    Console.WriteLine(CommandLine.Usage);
    return 0;
}

EmulatorOptions options;
try
{
    options = CommandLine.Read(args);
}
catch (FormatException exception)
{
    Console.Error.WriteLine($"{exception.Message} --help lists the options.");
    return 2;
}

var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);

EmulatorServer server;
try
{
    server = await EmulatorServer.StartAsync(options);
}
catch (IOException exception)
{
    Console.Error.WriteLine($"Cannot listen on port {options.Port}: {exception.Message}");
    return 1;
}

await using (server)
{
    Console.WriteLine(JsonSerializer.Serialize(new { url = server.Url.GetLeftPart(UriPartial.Authority) }));
    // A terminal is left alone: Ctrl+C is at hand there, and a background job that reads one is suspended.
    if (Console.IsInputRedirected)
        new Thread(StopAtEndOfInput) { IsBackground = true, Name = "standard input" }.Start();
    await stop.Task;
}

return 0;

void OnSignal(PosixSignalContext context)
{
    // The process ends by itself, once its files are gone.
    context.Cancel = true;
    stop.TrySetResult();
}

// A thread of its own: reading this stream blocks, and the pool has better things to do.
void StopAtEndOfInput()
{
    using var input = Console.OpenStandardInput();
    var buffer = new byte[1024];
    while (input.Read(buffer) > 0)
    {
        // What is typed or piped in means nothing; only its end does.
    }

    Console.Error.WriteLine("The standard input has ended: the emulator stops. Keep it open for as long as it shall run.");
    stop.TrySetResult();
}
