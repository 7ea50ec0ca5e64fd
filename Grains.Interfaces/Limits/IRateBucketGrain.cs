namespace Ax2.Limits;

/// <summary>
/// The tokens of one subject for one class of routes: counted here alone, for all API processes.
/// Key: the subject's id, and the name of the rule (<see cref="RateKey.RuleName"/>).
/// </summary>
/// <remarks>
/// It lives in memory alone. A full bucket is what a subject has anyway that was quiet for a window, so a silo that
/// dies gives each of its subjects at most one full bucket more, once; a write for each lease would cost every request
/// for that.
/// </remarks>
[Alias("ax2.IRateBucketGrain")]
public interface IRateBucketGrain : IGrainWithGuidCompoundKey
{
    /// <summary>
    /// Takes tokens for use. Over any span of time all processes together use at most a full bucket and what the span
    /// refills, provided that each keeps to <see cref="RateAnswer.Ahead"/>.
    /// </summary>
    /// <param name="holder">The process that asks; it asks for one bucket only once at a time.</param>
    /// <param name="kept">
    /// How many tokens it still holds of what it was given ahead; what it does not name is used.
    /// </param>
    /// <param name="now">How many are used at once: all of them, or the answer is no.</param>
    /// <param name="ahead">How many more it would like to hold.</param>
    [Alias("Lease")]
    Task<RateAnswer> Lease(Guid holder, int kept, int now, int ahead);
}

/// <param name="Granted">Whether the tokens for now were there.</param>
/// <param name="Ahead">
/// How many more the holder may use until <paramref name="Life"/> has passed since it asked; with those it kept.
/// </param>
/// <param name="Remaining">How many are left in the bucket for everybody.</param>
/// <param name="RetryAfter">When not granted: before that no token can be there.</param>
/// <param name="Permits">How many requests the rule allows in its window. Zero is no limit.</param>
[GenerateSerializer, Alias("ax2.RateAnswer"), Immutable]
public readonly record struct RateAnswer(
    [property: Id(0)] bool Granted,
    [property: Id(1)] int Ahead,
    [property: Id(2)] int Remaining,
    [property: Id(3)] TimeSpan RetryAfter,
    [property: Id(4)] TimeSpan Life,
    [property: Id(5)] int Permits,
    [property: Id(6)] TimeSpan Window);

/// <summary>Stable codes of <see cref="Refusal.Code"/> about limits.</summary>
public static class LimitRefusals
{
    /// <summary>Too much in too short a time. Figure: <see cref="RetryAfterSeconds"/>.</summary>
    public const string RateLimited = "rate_limited";

    /// <summary>The figure of a refusal that says when to come back.</summary>
    public const string RetryAfterSeconds = "retryAfterSeconds";
}
