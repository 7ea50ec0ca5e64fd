using System.Collections.Immutable;
using System.Net;
using Ax2.Limits;
using Microsoft.Extensions.Options;

namespace Ax2.Users;

/// <summary>
/// Limits wrong passwords. A browser that signed in to the account before proves it by its device token and is counted
/// alone. All others are counted by address and, together, by account. So distributed guessing is slow, and does not
/// delay the account's own user.
/// </summary>
/// <remarks>After OWASP, Slow Down Online Guessing Attacks with Device Cookies.</remarks>
public sealed class SignInGuard(IGrainFactory grains, IOptions<LimitOptions> options, TimeProvider time)
{
    /// <param name="emailKey">Of the account. Whether it exists must make no difference.</param>
    internal async Task<SignInAttempt> Begin(string emailKey, Device device)
    {
        var began = time.GetTimestamp();
        var counted = ImmutableArray.CreateBuilder<IInternalRateBucketGrain>();
        foreach (var subject in await Subjects(emailKey, device))
        {
            var key = new RateKey(RateClass.SignInFailure, subject);
            var bucket = grains.GetGrain<IInternalRateBucketGrain>(subject.Id, key.RuleName, null);
            // Acquired before the password is checked, so that concurrent attempts count like sequential ones.
            if (await bucket.Acquire() is { } wait)
            {
                await new SignInAttempt(began, null, counted.ToImmutable()).Return();
                return new SignInAttempt(began, Refusal(wait), []);
            }

            counted.Add(bucket);
        }

        return new SignInAttempt(began, null, counted.ToImmutable());
    }

    /// <summary>Waits until a failure may be answered.</summary>
    internal Task WaitOut(SignInAttempt attempt)
    {
        var left = options.Value.SignInFailure.MinTime - time.GetElapsedTime(attempt.Began);
        return left > TimeSpan.Zero ? Task.Delay(left, time) : Task.CompletedTask;
    }

    /// <summary>The device token for the browser, which has signed in.</summary>
    internal Task<string> Remember(string emailKey, string deviceToken) =>
        grains.GetGrain<IKnownDevicesGrain>(emailKey).Remember(deviceToken);

    private async Task<RateSubject[]> Subjects(string emailKey, Device device)
    {
        var isKnown = device.Token is { Length: > 0 } token
            && await grains.GetGrain<IKnownDevicesGrain>(emailKey).Knows(token);
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

/// <summary>An attempt, which counts as failed until the password was right.</summary>
/// <param name="Began">A timestamp.</param>
/// <param name="Refusal">Why the password must not be checked.</param>
internal sealed record SignInAttempt(long Began, Refusal? Refusal, ImmutableArray<IInternalRateBucketGrain> Counted)
{
    /// <summary>The password was right: the attempt does not count.</summary>
    internal Task Return() => Task.WhenAll(Counted.Select(bucket => bucket.Return()));
}
