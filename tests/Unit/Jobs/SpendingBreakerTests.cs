using KlingLipSync.Fal;
using KlingLipSync.Jobs;

namespace KlingLipSync.Tests.Unit.Jobs;

/// <summary>Which failures stop new spending, class by class.</summary>
public sealed class SpendingBreakerTests
{
    private readonly SpendingBreaker breaker = new();

    [Theory]
    [InlineData("Submit", "Unauthorized", "ApiKeyRejected")]
    [InlineData("Initiate", "Unauthorized", "ApiKeyRejected")]
    [InlineData("Status", "Unauthorized", "ApiKeyRejected")]
    [InlineData("Result", "Locked", "AccountLocked")]
    [InlineData("Submit", "Locked", "AccountLocked")]
    public void The_key_or_the_account_is_at_an_end(string route, string kind, string reason)
    {
        Assert.True(breaker.Heed(Failure(route, kind)));
        Assert.Equal(reason, breaker.Reason!.Error.ToString());
    }

    [Theory]
    [InlineData("History", "Locked")] // A key without that scope.
    [InlineData("Upload", "Locked")] // A link that is used up.
    [InlineData("Download", "Locked")]
    [InlineData("DeletePayloads", "Locked")]
    [InlineData("Status", "Server")]
    [InlineData("Submit", "RateLimited")]
    [InlineData("Initiate", "Refused")]
    [InlineData("Status", "Unreachable")]
    public void A_failure_of_one_call_stops_nothing(string route, string kind)
    {
        for (var n = 0; n < 20; n++)
        {
            Assert.False(breaker.Heed(Failure(route, kind)));
        }

        Assert.Null(breaker.Reason);
    }

    [Theory]
    [InlineData(LipSyncError.StoreDiskFull)]
    [InlineData(LipSyncError.StoreCorrupt)]
    [InlineData(LipSyncError.StoreNotWritable)]
    public void A_store_that_fails_would_lose_a_receipt(LipSyncError error)
    {
        Assert.True(breaker.Heed(new LipSyncException(error, "full")));
        Assert.Equal(error, breaker.Reason!.Error);
    }

    [Fact]
    public void A_receipt_that_was_not_written_stops_the_next_and_stays_its_own_error()
    {
        Assert.False(breaker.Heed(new LipSyncException(LipSyncError.ReceiptNotWritten, "request x", new LipSyncException(LipSyncError.StoreDiskFull, "full"))));
        Assert.Equal(LipSyncError.StoreDiskFull, breaker.Reason!.Error);
    }

    [Fact]
    public void Nobody_there_counts_in_a_row()
    {
        for (var n = 0; n < 4; n++)
        {
            Assert.False(breaker.Heed(Failure("Initiate", "Unreachable")));
        }

        breaker.Reached();
        for (var n = 0; n < 4; n++)
        {
            Assert.False(breaker.Heed(new LipSyncException(LipSyncError.EndpointUnreachable, "nobody")));
        }

        Assert.True(breaker.Heed(Failure("Initiate", "Unreachable")));
        Assert.Equal(LipSyncError.EndpointUnreachable, breaker.Reason!.Error);
    }

    [Fact]
    public void The_first_reason_stays()
    {
        breaker.Heed(Failure("Submit", "Locked"));
        breaker.Heed(Failure("Status", "Unauthorized"));
        Assert.Equal(LipSyncError.AccountLocked, breaker.Reason!.Error);
    }

    private static FalException Failure(string route, string kind) => new(Enum.Parse<FalRoute>(route), Enum.Parse<FalFailureKind>(kind), "It failed.");
}
