using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using KlingLipSync.Fal;

namespace KlingLipSync.Remote;

/// <summary>
/// A file on a web server as a stream that can seek: each stretch is asked for when it is read, by a Range request. Media headers
/// take a few kilobytes of it. Bounded whatever the server says: in bytes, in requests, in time a request.
/// </summary>
internal sealed class RemoteFile : Stream
{
    private const int FirstStretch = 32 * 1024, LongestStretch = 512 * 1024, MostWhole = 1024 * 1024;
    private const int MostRequests = 200;
    private const long MostBytes = 24L << 20;

    private readonly HttpMessageInvoker line;
    private readonly Uri url;
    private readonly TimeSpan patience;
    private readonly CancellationToken ct;
    private readonly (long Start, byte[] Bytes) head;
    private (long Start, byte[] Bytes) current;
    private RangeConditionHeaderValue? validator;
    private int requests, stretch = FirstStretch;
    private long fetched, length;

    /// <summary>Asks for the file's beginning, which tells its length and whether the server serves stretches at all.</summary>
    /// <exception cref="LipSyncException">The file cannot be fetched.</exception>
    /// <exception cref="NotProbedException">It can be, but not in parts.</exception>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public RemoteFile(HttpMessageInvoker line, Uri url, TimeSpan patience, CancellationToken ct)
    {
        (this.line, this.url, this.patience, this.ct) = (line, url, patience, ct);
        head = current = (0, Fetch(0, FirstStretch));
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position { get; set; }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (Position >= Length || buffer.Length == 0)
        {
            return 0;
        }

        if (!Holds(current) && !Holds(head))
        {
            // Whoever reads on about where the last stretch ended walks through the file: longer stretches save round trips.
            var goesOn = Position - (current.Start + current.Bytes.Length) is >= 0 and < FirstStretch;
            stretch = goesOn ? Math.Min(stretch * 2, LongestStretch) : FirstStretch;
            current = (Position, Fetch(Position, stretch));
        }

        var (start, bytes) = Holds(current) ? current : head;
        var shown = bytes.AsSpan((int)(Position - start));
        var taken = Math.Min(shown.Length, buffer.Length);
        shown[..taken].CopyTo(buffer);
        Position += taken;
        return taken;
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Current => Position + offset,
        SeekOrigin.End => Length + offset,
        _ => offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private bool Holds((long Start, byte[] Bytes) part) => Position >= part.Start && Position < part.Start + part.Bytes.Length;

    private byte[] Fetch(long from, int count)
    {
        if (++requests > MostRequests || fetched > MostBytes)
        {
            throw Unprobed(string.Create(CultureInfo.InvariantCulture, $"needs more than {MostBytes >> 20} MB of it read to know what it is"));
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(patience);
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.TryAddWithoutValidation("User-Agent", FalHttp.UserAgent);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
        request.Headers.Range = new RangeHeaderValue(from, from + count - 1);
        request.Headers.IfRange = validator;
        try
        {
            // A read that blocks hears no token, and a server may stall in the middle of a body. So this thread of the pool waits for one that does.
            var bytes = FetchAsync(request, from, count, deadline.Token).GetAwaiter().GetResult();
            fetched += bytes.Length;
            return bytes;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw Unprobed(string.Create(CultureInfo.InvariantCulture, $"did not answer within {patience.TotalSeconds:0} s"));
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // It may be this machine's network alone.
            throw Unprobed("cannot be reached from here: " + FalRedaction.Clean(e.Message, null));
        }
    }

    private async Task<byte[]> FetchAsync(HttpRequestMessage request, long from, int count, CancellationToken deadline)
    {
        using var response = await line.SendAsync(request, deadline).ConfigureAwait(false);
        var isFirst = requests == 1;
        if (isFirst && response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            // The only file without a first byte is an empty one.
            return [];
        }

        if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.PartialContent))
        {
            // What a server cannot do at this moment says nothing about the file.
            var answer = string.Create(CultureInfo.InvariantCulture, $"is answered {(int)response.StatusCode}");
            throw response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError
                ? Unprobed(answer + ", which may pass")
                : Unreadable(answer);
        }

        if (response.Content.Headers.ContentEncoding.Any(e => e != "identity"))
        {
            throw Unprobed("is served packed, so that no part of it can be read alone");
        }

        await using var body = await response.Content.ReadAsStreamAsync(deadline).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.OK)
        {
            return isFirst ? await TakeWholeAsync(response, body, deadline).ConfigureAwait(false) : throw Unreadable("changed while it was being read");
        }

        var range = response.Content.Headers.ContentRange;
        if (isFirst && range is { Unit: "bytes", HasRange: true, HasLength: false })
        {
            throw Unprobed("is on a server that does not tell its length");
        }

        if (range is not { Unit: "bytes", From: { } start, To: { } end, Length: { } total } || start != from || end < start || end - start >= count || end >= total
            || (!isFirst && total != length))
        {
            throw Unreadable("is served in other parts than were asked for");
        }

        if (isFirst)
        {
            length = total;
            validator = response.Headers.ETag is { IsWeak: false } tag ? new RangeConditionHeaderValue(tag) : null;
        }

        var bytes = new byte[end - start + 1];
        await body.ReadExactlyAsync(bytes, deadline).ConfigureAwait(false);
        return bytes;
    }

    /// <summary>A server without Range requests sends everything. A small file is taken as it comes; of a large one nothing.</summary>
    private async Task<byte[]> TakeWholeAsync(HttpResponseMessage response, Stream body, CancellationToken deadline)
    {
        if (!(response.Content.Headers.ContentLength > MostWhole))
        {
            var bytes = new byte[MostWhole + 1];
            var got = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, deadline).ConfigureAwait(false);
            if (got <= MostWhole)
            {
                length = got;
                return bytes[..got];
            }
        }

        throw Unprobed("is on a server that serves no parts of files (Range requests), and it is too large to be downloaded for its headers");
    }

    private NotProbedException Unprobed(string what) => new($"'{FalRedaction.Address(url)}' {what}.");

    private LipSyncException Unreadable(string what) => new(LipSyncError.UrlUnreadable, $"'{FalRedaction.Address(url)}' {what}.");
}
