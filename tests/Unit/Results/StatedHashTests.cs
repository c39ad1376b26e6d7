using System.Globalization;
using System.Security.Cryptography;
using KlingLipSync.Fal;
using KlingLipSync.Tests.Unit.Fal;

namespace KlingLipSync.Tests.Unit.Results;

/// <summary>The hash that a host states of a file is held against what came.</summary>
public sealed class StatedHashTests : DownloadScene
{
    public static TheoryData<string, string> Stated => new()
    {
        { "Repr-Digest", $"sha-512=:AAAA:, sha-256=:{Base64(SHA256.HashData(Video))}:" },
        { "Digest", $"MD5={Base64(MD5.HashData(Video))},SHA-256={Base64(SHA256.HashData(Video))}" },
        { "Digest", $"md5={Base64(MD5.HashData(Video))}" },
        { "Content-MD5", Base64(MD5.HashData(Video)) },
        { "x-goog-hash", $"crc32c=AAAAAA==,md5={Base64(MD5.HashData(Video))}" },
    };

    [Theory]
    [MemberData(nameof(Stated))]
    public async Task A_hash_that_the_host_states_holds_over_cuts(string header, string value)
    {
        var first = true;
        await using var server = new WireServer(_ =>
        {
            if (!first)
                return WireAnswer.File(Video[1_000_000..]) with { Status = 206, Headers = new() { ["Content-Range"] = $"bytes 1000000-{Video.Length - 1}/{Video.Length}" } };
            first = false;
            return EndedEarly(1_000_000, (header, value));
        });
        using var download = Download(server);

        Assert.Equal(Hex(Video), (await download.FetchAsync(Url(server), Final, "job1", null, null, default)).Sha256);
        Assert.Equal(2, server.Requests.Length);
    }

    [Theory]
    [MemberData(nameof(Stated))]
    public async Task Other_bytes_than_the_host_states_are_fetched_once_more_and_then_refused(string header, string value)
    {
        var damaged = Video.ToArray();
        damaged[^1]++;
        await using var server = WireServer.InTurn(WireAnswer.File(damaged) with { Headers = new() { [header] = value } });
        using var download = Download(server);

        var failure = await Assert.ThrowsAsync<FalException>(() => download.FetchAsync(Url(server), Final, "job1", Video.Length, null, default));

        Assert.Equal(LipSyncError.ResultUnfit, failure.ToLipSync().Error);
        Assert.Empty(Directory.GetFiles(folder));
        Assert.Equal(2, server.Requests.Length);
    }

    [Theory]
    [InlineData("Repr-Digest", "sha-256=:AAAA:")]
    [InlineData("Repr-Digest", "sha-256")]
    [InlineData("Digest", "unixsum=30637")]
    [InlineData("Content-MD5", "no base64")]
    [InlineData("x-goog-hash", "crc32c=AAAAAA==")]
    public async Task A_hash_that_is_not_understood_is_none(string header, string value)
    {
        await using var server = WireServer.InTurn(WireAnswer.File(Video) with { Headers = new() { [header] = value } });
        using var download = Download(server);

        Assert.Equal(Hex(Video), (await download.FetchAsync(Url(server), Final, "job1", null, null, default)).Sha256);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task The_hash_of_a_file_that_is_kept_packed_is_not_that_of_what_comes()
    {
        await using var server = WireServer.InTurn(WireAnswer.File(Video) with
        {
            Headers = new() { ["x-goog-hash"] = $"md5={Base64(new byte[16])}", ["x-goog-stored-content-encoding"] = "gzip" },
        });
        using var download = Download(server);

        Assert.Equal(Hex(Video), (await download.FetchAsync(Url(server), Final, "job1", null, null, default)).Sha256);
    }

    private static string Base64(byte[] bytes) => Convert.ToBase64String(bytes);
}
