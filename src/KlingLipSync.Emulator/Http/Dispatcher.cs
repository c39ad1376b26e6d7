using KlingLipSync.Emulator.Control;

namespace KlingLipSync.Emulator.Http;

/// <summary>Takes every request through counting, faults and its route's handler.</summary>
internal sealed class Dispatcher(Router router, HitCounter counter, FaultPlan faults, TimeProvider clock, CancellationToken stopping)
{
    /// <summary>A moment for the bytes already written to leave before the connection is torn down.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(30);

    public async Task HandleAsync(HttpContext context)
    {
        var target = router.Find(context.Request);
        Fault? fault = null;
        if (target.Route is { } route)
        {
            counter.Hit(route);
            fault = faults.Draw(route);
        }

        try
        {
            await ServeAsync(context, target, fault);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or BadHttpRequestException)
        {
            // The client left, or the emulator stops: nobody is there to be told.
            context.Abort();
        }
        catch (Exception exception)
        {
            await Console.Error.WriteLineAsync($"The emulator failed on {context.Request.Method} {context.Request.Path}: {exception}");
            context.Abort();
        }
    }

    private async Task ServeAsync(HttpContext context, Target target, Fault? fault)
    {
        switch (fault?.Kind)
        {
            case FaultKind.ResetBeforeAccept:
                await HoldAsync(fault, context);
                context.Abort();
                return;
            case FaultKind.Status:
                await HoldAsync(fault, context);
                await SendAsync(context, target, Replies.Of(fault), fault: null);
                return;
        }

        var reply = await target.Answer(context);
        switch (fault?.Kind)
        {
            case FaultKind.ResetAfterAccept:
                await HoldAsync(fault, context);
                context.Abort();
                return;
            case FaultKind.SlowHeaders:
                await HoldAsync(fault, context);
                break;
        }

        await SendAsync(context, target, reply, fault);
    }

    private async Task HoldAsync(Fault fault, HttpContext context)
    {
        if (fault.Milliseconds == 0)
            return;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, context.RequestAborted);
        await Task.Delay(fault.Milliseconds, either.Token);
    }

    private async Task SendAsync(HttpContext context, Target target, Reply reply, Fault? fault)
    {
        var response = context.Response;
        response.StatusCode = reply.Status;
        if (reply.ContentType is not null)
            response.ContentType = reply.ContentType;
        foreach (var (name, value) in reply.Headers)
            response.Headers[name] = value;
        if (clock != TimeProvider.System)
            response.Headers.Date = clock.GetUtcNow().ToString("R");
        // 204 and 304 have no length of their own.
        if (reply.Status is not (204 or 304))
            response.ContentLength = reply.Length;
        if (HttpMethods.IsHead(context.Request.Method) || reply.Length == 0)
            return;

        var body = target.Route == EmulatorRoute.Download ? new CountedStream(response.Body, counter.Downloaded) : response.Body;
        switch (fault?.Kind)
        {
            case FaultKind.SlowBody:
                body = new DrippingStream(body, fault.Bytes, TimeSpan.FromMilliseconds(fault.Milliseconds));
                break;
            case FaultKind.Truncate:
                await SendCutAsync(context, reply, new CutStream(body, fault.Bytes));
                return;
            case FaultKind.CloseStream when reply is Queue.StatusStreamReply stream:
                stream.EndAfterFirst();
                break;
        }

        await reply.WriteAsync(body, context.RequestAborted);
    }

    private static async Task SendCutAsync(HttpContext context, Reply reply, CutStream body)
    {
        await context.Response.StartAsync(context.RequestAborted);
        try
        {
            await reply.WriteAsync(body, context.RequestAborted);
        }
        catch (BodyCutException)
        {
            // This is what was asked for.
        }

        // An answer that is shorter than it declares makes the server close the connection, but only when all that was written is out.
        // A reset would take back what a slow reader has not read yet.
        if (reply.Length is not null)
            return;
        await context.Response.Body.FlushAsync(context.RequestAborted);
        await Task.Delay(Settle, context.RequestAborted);
        context.Abort();
    }
}
