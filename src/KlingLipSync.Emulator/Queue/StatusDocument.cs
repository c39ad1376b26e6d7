using System.Buffers;
using System.Text.Json;
using KlingLipSync.Emulator.Http;
using KlingLipSync.Emulator.Jobs;

namespace KlingLipSync.Emulator.Queue;

/// <summary>A request's state as it is told by receipt, status and stream.</summary>
internal sealed class StatusDocument(BaseAddress address)
{
    /// <param name="view">The moment to tell of.</param>
    /// <param name="log">The lines to show; null when they were not asked for.</param>
    public byte[] Write(JobView view, IReadOnlyList<LogLine>? log)
    {
        var buffer = new ArrayBufferWriter<byte>(768);
        using (var json = new Utf8JsonWriter(buffer, JsonFormat.Writer))
        {
            json.WriteStartObject();
            json.WriteString("status", view.State.Wire());
            WriteAddresses(json, view.Job);
            if (view.State == JobState.InQueue)
                json.WriteNumber("queue_position", view.QueuePosition ?? 0);
            else
                WriteLog(json, log);
            if (view.State == JobState.Completed)
                WriteEnd(json, view);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The answer of the result route to those who come too early.</summary>
    public byte[] WriteStillInProgress(JobView view)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, JsonFormat.Writer))
        {
            json.WriteStartObject();
            json.WriteString("detail", "Request is still in progress");
            WriteAddresses(json, view.Job);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private void WriteAddresses(Utf8JsonWriter json, Job job)
    {
        json.WriteString("request_id", job.Id);
        json.WriteString("response_url", address.Result(job.App, job.Id));
        json.WriteString("status_url", address.Status(job.App, job.Id));
        json.WriteString("cancel_url", address.Cancel(job.App, job.Id));
    }

    private static void WriteLog(Utf8JsonWriter json, IReadOnlyList<LogLine>? log)
    {
        if (log is null)
        {
            json.WriteNull("logs");
            return;
        }

        json.WriteStartArray("logs");
        foreach (var line in log)
        {
            json.WriteStartObject();
            json.WriteString("message", line.Message);
            json.WriteString("timestamp", line.Timestamp.UtcDateTime);
            json.WriteString("level", line.Level);
            json.WriteString("source", line.Source);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteEnd(Utf8JsonWriter json, JobView view)
    {
        json.WriteStartObject("metrics");
        if (view.InferenceSeconds is { } seconds)
            json.WriteNumber("inference_time", seconds);
        else
            json.WriteNull("inference_time");
        json.WriteEndObject();
        if (view.Outcome?.Error is { } error)
            json.WriteString("error", error);
        if (view.Outcome?.ErrorType is { } type)
            json.WriteString("error_type", type);
    }
}
