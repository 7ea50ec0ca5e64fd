using System.Collections.Immutable;
using System.Net;
using Ax2.Limits;
using Microsoft.Extensions.Options;

namespace Ax2.Users;

/// <summary>
/// What wrong passwords cost. A browser that signed in to the account before proves it by its device token and is
/// counted alone. Everybody else is counted by address and, all together, by account. So guessing from everywhere at
/// once is slow, and still holds up nobody who is at home on the account.
/// </summary>
/// <remarks>After OWASP, Slow Down Online Guessing Attacks with Device Cookies.</remarks>
public sealed class SignInGuard(IGrainFactory grains, IOptions<LimitOptions> options, TimeProvider time)
{
    /// <param name="emailKey">Of the account, whether there is one or not: it must make no difference.</param>
    internal async Task<SignInAttempt> Begin(string emailKey, Device device)
    {
        var began = time.GetTimestamp();
        var counted = ImmutableArray.CreateBuilder<IAttemptBucket>();
        foreach (var subject in await Subjects(emailKey, device))
        {
            var key = new RateKey(RateClass.SignInFailure, subject);
            var bucket = grains.GetGrain<IAttemptBucket>(subject.Id, key.RuleName, null);
            // Taken before the password is looked at: many tries at once count like one after the other.
            if (await bucket.Take() is { } wait)
            {
                await new SignInAttempt(began, null, counted.ToImmutable()).Forget();
                return new SignInAttempt(began, Refusal(wait), []);
            }

            counted.Add(bucket);
        }

        return new SignInAttempt(began, null, counted.ToImmutable());
    }

    /// <summary>Until a failure may be answered.</summary>
    internal Task WaitOut(SignInAttempt attempt)
    {
        var left = options.Value.SignInFailure.MinTime - time.GetElapsedTime(attempt.Began);
        return left > TimeSpan.Zero ? Task.Delay(left, time) : Task.CompletedTask;
    }

    /// <summary>The token that this browser, now signed in, shall show next time.</summary>
    internal Task<string> Remember(string emailKey, string deviceToken) =>
        grains.GetGrain<IKnownDevices>(emailKey).Remember(deviceToken);

    private async Task<RateSubject[]> Subjects(string emailKey, Device device)
    {
        var isKnown = device.Token is { Length: > 0 } token
            && await grains.GetGrain<IKnownDevices>(emailKey).Knows(token);
        return isKnown
            ? [new RateSubject(SubjectKind.Device, NamedId.Of($"{emailKey}/{device.Token}"))]
            : [AddressOf(device), new RateSubject(SubjectKind.Account, NamedId.Of(emailKey))];
    }

    private static RateSubject AddressOf(Device device) =>
        RateSubject.Of(IPAddress.TryParse(device.Address, out var address) ? address : null);

    private static Refusal Refusal(TimeSpan wait) => new(
        LimitRefusals.RateLimited, "There were too many wrong passwords. Wait, or reset the password.",
        ImmutableDictionary<string, long>.Empty.Add(
            LimitRefusals.RetryAfterSeconds, (long)Math.Ceiling(wait.TotalSeconds)));
}

/// <summary>A try that counts as failed until it is known to be none.</summary>
/// <param name="Began">A timestamp.</param>
/// <param name="Refusal">Why it may not even be tried.</param>
internal sealed record SignInAttempt(long Began, Refusal? Refusal, ImmutableArray<IAttemptBucket> Counted)
{
    /// <summary>The password was right.</summary>
    internal Task Forget() => Task.WhenAll(Counted.Select(bucket => bucket.GiveBack()));
}
