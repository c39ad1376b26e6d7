using System.Net;
using System.Net.ServerSentEvents;
using BenchmarkDotNet.Attributes;
using KlingLipSync.Fal;

namespace KlingLipSync.Bench.Wire;

/// <summary>From the bytes of an answer to what it says.</summary>
[MemoryDiagnoser]
public class AnswerBenchmarks
{
    /// <summary>How many states the stream has.</summary>
    public const int States = 1000;

    private static readonly FalCredential Credential = FalCredential.Parse("019a0000-0000-7000-8000-000000000000:0123456789abcdef0123456789abcdef");
    private static readonly byte[] Stream = Answers.Stream(States);

    /// <summary>One poll.</summary>
    [Benchmark]
    public async Task<bool> Status()
    {
        using var response = Answers.Of(HttpStatusCode.Accepted, Answers.Queued);
        var reply = await FalReply.ReadAsync(response, CancellationToken.None);
        return FalStatusReader.Read(reply.Json, reply.Date, Credential) is not null;
    }

    /// <summary>A result.</summary>
    [Benchmark]
    public Task<bool> Result() => ResultAsync(HttpStatusCode.OK, Answers.Result);

    /// <summary>A model's refusal in place of a result.</summary>
    [Benchmark]
    public Task<bool> Refusal() => ResultAsync(HttpStatusCode.UnprocessableEntity, Answers.Refusal);

    /// <summary>A whole status stream.</summary>
    [Benchmark(OperationsPerInvoke = States)]
    public async Task<int> StreamedState()
    {
        var read = 0;
        using var body = new MemoryStream(Stream);
        await foreach (var item in SseParser.Create(body).EnumerateAsync())
        {
            read += FalStatusReader.Read(item.Data, DateTimeOffset.UnixEpoch, Credential) is null ? 0 : 1;
        }

        return read == States ? read : throw new InvalidOperationException($"{read} of {States} states.");
    }

    private static async Task<bool> ResultAsync(HttpStatusCode status, byte[] body)
    {
        using var response = Answers.Of(status, body);
        var reply = await FalReply.ReadAsync(response, CancellationToken.None);
        return FalResultReader.Read(reply, Credential) is not null;
    }
}
