using KlingLipSync.Fal;
using KlingLipSync.Jobs;

namespace KlingLipSync.Tests.Unit.Jobs;

/// <summary>The money rules of a job's end.</summary>
public class ResultReadingTests
{
    private static readonly LipSyncJob Job = new() { Id = "j", Endpoint = "fal", KeyId = "k" };

    [Theory]
    [InlineData(200, null, LipSyncJobState.Completed, LipSyncBilled.Yes, false)]
    [InlineData(200, "0", LipSyncJobState.Completed, LipSyncBilled.No, false)]
    [InlineData(422, null, LipSyncJobState.Failed, LipSyncBilled.Unknown, false)]
    [InlineData(422, "0", LipSyncJobState.Failed, LipSyncBilled.No, false)]
    [InlineData(422, "5", LipSyncJobState.Failed, LipSyncBilled.Yes, false)]
    [InlineData(400, null, LipSyncJobState.Failed, LipSyncBilled.Unknown, false)]
    [InlineData(499, null, LipSyncJobState.Cancelled, LipSyncBilled.Unknown, false)]
    [InlineData(500, null, LipSyncJobState.Failed, LipSyncBilled.No, true)]
    [InlineData(504, null, LipSyncJobState.Failed, LipSyncBilled.No, true)]
    [InlineData(404, "0", LipSyncJobState.Failed, LipSyncBilled.No, false)]
    public void An_end_is_read_from_status_and_units(int status, string? units, LipSyncJobState state, LipSyncBilled billed, bool retryable)
    {
        var end = ResultReading.Read(Result(status) with { BillableUnits = units }, Job, null)!;
        Assert.Equal((state, billed, retryable), (end.State, end.Billed, end.Retryable));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(408)]
    [InlineData(429)]
    public void Some_answers_end_nothing(int status) => Assert.Null(ResultReading.Read(Result(status), Job, null));

    [Fact]
    public void A_page_that_is_not_fals_ends_nothing() =>
        Assert.Null(ResultReading.Read(Result(500) with { IsFalJson = false }, Job, null));

    [Fact]
    public void Fals_own_word_on_retrying_counts_more_than_the_status() =>
        Assert.False(ResultReading.Read(Result(500) with { Retryable = false }, Job, null)!.Retryable);

    [Fact]
    public void What_was_never_started_may_be_sent_again_whatever_the_header_says()
    {
        var end = ResultReading.Read(Result(504) with { Retryable = false, StartTimedOut = true }, Job, null)!;
        Assert.Equal((LipSyncBilled.No, true), (end.Billed, end.Retryable));
    }

    [Fact]
    public void A_job_removed_from_the_queue_was_not_billed()
    {
        var removed = Job with { CancelOutcome = LipSyncCancelOutcome.Removed };
        Assert.Equal(LipSyncBilled.No, ResultReading.Read(Result(499), removed, null)!.Billed);
    }

    [Fact]
    public void A_start_timeout_is_final_at_once_and_other_5xx_are_not()
    {
        Assert.True(ResultReading.NeedsRepetition(Result(500)));
        Assert.True(ResultReading.NeedsRepetition(Result(504)));
        Assert.False(ResultReading.NeedsRepetition(Result(504) with { StartTimedOut = true }));
        Assert.False(ResultReading.NeedsRepetition(Result(422)));
    }

    private static FalResult Result(int status) => new(status, "{}", status == 200 ? new("https://v3.fal.media/x.mp4") : null,
        null, null, null, null, null, null, false, true, null);
}
