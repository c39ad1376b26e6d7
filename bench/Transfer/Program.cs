using KlingLipSync.Bench.Transfer;

// A server in a process of its own, and uploads in such, so that each one's time and memory are its own.
switch (args)
{
    case ["serve"]:
        await Server.RunAsync();
        return 0;
    case ["upload", var endpoint, var file]:
        await Uploader.RunAsync(endpoint, file);
        return 0;
}

var folder = Directory.CreateDirectory(Path.Combine(Folder.Artifacts, Guid.NewGuid().ToString("N"))).FullName;
try
{
    using var server = Child.Start("serve");
    var addresses = (await server.LineAsync()).Split(' ');
    var protocols = await Protocols.MeasureAsync(addresses[1]);
    var large = await LargeFile.MeasureAsync(addresses[0], folder);
    var small = await SmallFiles.MeasureAsync(folder);
    var text = Report.Of(protocols, large, small);
    File.WriteAllText(Path.Combine(Folder.Results, "transfer.md"), text);
    Console.WriteLine(text);
    return 0;
}
finally
{
    Directory.Delete(folder, recursive: true);
}
