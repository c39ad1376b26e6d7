using System.Collections.Concurrent;
using Polly;
using Polly.Retry;

namespace KlingLipSync.Fal;

/// <summary>Runs calls by the table of retries.</summary>
internal sealed class FalRetries(TimeProvider time, Func<double>? random)
{
    private const int ContentTooLarge = 413;

    private readonly Func<double> random = random ?? Random.Shared.NextDouble;
    private readonly ConcurrentDictionary<FalRoute, ResiliencePipeline> pipelines = new();

    /// <summary>Runs one call, again where its rule says so. Only failures of this very route are taken up.</summary>
    public async Task<T> RunAsync<T>(FalRoute route, Func<CancellationToken, Task<T>> attempt, CancellationToken ct)
    {
        var pipeline = pipelines.GetOrAdd(route, Build);
        return await pipeline.ExecuteAsync(
            static async (attempt, token) => await attempt(token).ConfigureAwait(false),
            attempt,
            ct).ConfigureAwait(false);
    }

    private ResiliencePipeline Build(FalRoute route)
    {
        var rule = FalRetryRules.For(route);
        if (rule.Tries <= 1)
            return ResiliencePipeline.Empty;

        var options = new RetryStrategyOptions
        {
            ShouldHandle = arguments => ValueTask.FromResult(
                arguments.Outcome.Exception is FalException e
                && e.Route == route
                && rule.Retried.Contains(e.Kind)
                && e.Status != ContentTooLarge), // a link may be spent, a file too large stays too large
            MaxRetryAttempts = rule.Tries - 1,
            DelayGenerator = arguments => ValueTask.FromResult<TimeSpan?>(
                rule.Wait(arguments.AttemptNumber + 1, (arguments.Outcome.Exception as FalException)?.RetryAfter, random())),
        };
        return new ResiliencePipelineBuilder { TimeProvider = time }.AddRetry(options).Build();
    }
}
