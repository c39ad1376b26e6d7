using KlingLipSync.Emulator.Accounts;
using KlingLipSync.Emulator.Control;
using KlingLipSync.Emulator.Http;

namespace KlingLipSync.Emulator.Storage;

/// <summary>Reads from the CDN: public, without a key, in ranges.</summary>
internal sealed class DownloadRoute(FileStore files, CdnTokens tokens, HitCounter counter)
{
    public Task<Reply> ReadAsync(HttpContext context, string path)
    {
        var request = context.Request;
        string? authorization = request.Headers.Authorization;
        if (KeyRing.IsKey(authorization))
        {
            counter.KeyLeaked();
            return Task.FromResult(Public(Replies.Detail(401, "Invalid authorization scheme: the CDN takes no API key")));
        }

        return Task.FromResult(Public(Answer(request, files.Find(path), tokens.Find(authorization))));
    }

    private static Reply Answer(HttpRequest request, StoredFile? file, Account? reader)
    {
        if (file is null || (file.Lifecycle.Acl == "hide" && reader != file.Owner))
            return Replies.NotFound();
        if (file.Lifecycle.Acl == "forbid" && reader != file.Owner)
            return Replies.Detail(403, "Forbidden");
        if (request.Headers.IfNoneMatch == file.ETag)
            return Describe(Replies.Empty(304), file);
        return ByteRange.Read(request, file) switch
        {
            null => Describe(new FileReply(200, file, 0, file.Length) { ContentType = file.ContentType }, file),
            { Count: 0 } => Replies.Empty(416).With("Content-Range", $"bytes */{file.Length}"),
            { } range => Describe(new FileReply(206, file, range.Start, range.Count) { ContentType = file.ContentType }, file)
                .With("Content-Range", $"bytes {range.Start}-{range.Start + range.Count - 1}/{file.Length}"),
        };
    }

    private static Reply Describe(Reply reply, StoredFile file) => reply
        .With("ETag", file.ETag)
        .With("Last-Modified", file.CreatedAt.ToString("R"))
        .With("Accept-Ranges", "bytes")
        .With("Cache-Control", "public, max-age=5184000, immutable");

    private static Reply Public(Reply reply) => reply.With("Access-Control-Allow-Origin", "*");
}
