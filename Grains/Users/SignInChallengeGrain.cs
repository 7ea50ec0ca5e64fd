namespace Ax2.Users;

/// <summary>
/// A sign-in that waits for its second factor. Key: <see cref="SecretToken.GrainKey"/> of the challenge. Not for the
/// API. It is in memory only: when it is lost, the user signs in again.
/// </summary>
[Alias("ax2.ISignInChallenge")]
public interface ISignInChallengeGrain : IGrainWithStringKey
{
    [Alias("Begin")]
    Task Begin(UserProfile profile, string method);

    /// <summary>Who has signed in by a valid code, or why not.</summary>
    [Alias("Complete")]
    Task<ChallengeAnswer> Complete(string code);
}

/// <param name="UserId">Whose challenge it is, when there is one.</param>
/// <param name="Profile">Set when the code was valid.</param>
/// <param name="Method">How the user authenticated before the code.</param>
[GenerateSerializer, Alias("ax2.ChallengeAnswer"), Immutable]
public sealed record ChallengeAnswer(
    [property: Id(0)] Guid? UserId,
    [property: Id(1)] UserProfile? Profile,
    [property: Id(2)] string? Method,
    [property: Id(3)] Refusal? Refusal);

public sealed class SignInChallengeGrain(TimeProvider time) : Grain, ISignInChallengeGrain
{
    internal const string Kind = "challenge";
    private const int MaxTries = 5;
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    private (UserProfile Profile, string Method, DateTimeOffset EndsAt)? _waiting;
    private int _tries;

    public Task Begin(UserProfile profile, string method)
    {
        _waiting = (profile, method, time.GetUtcNow() + Life);
        DelayDeactivation(Life);
        return Task.CompletedTask;
    }

    public async Task<ChallengeAnswer> Complete(string code)
    {
        if (_waiting is not { } waiting || time.GetUtcNow() >= waiting.EndsAt || _tries >= MaxTries)
        {
            DeactivateOnIdle();
            return new ChallengeAnswer(
                null, null, null, new Refusal(SignInRefusals.ChallengeOver, "This took too long. Sign in again."));
        }

        var factor = GrainFactory.GetGrain<IInternalSecondFactorGrain>(waiting.Profile.UserId);
        if (await factor.Check(code) is { } refusal)
        {
            // Only here: a code that nobody looked at was no wrong one.
            _tries++;
            return new ChallengeAnswer(waiting.Profile.UserId, null, null, refusal);
        }

        _waiting = null;
        DeactivateOnIdle();
        return new ChallengeAnswer(waiting.Profile.UserId, waiting.Profile, waiting.Method, null);
    }
}
