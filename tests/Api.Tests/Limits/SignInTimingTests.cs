using System.Diagnostics;
using System.Net.Http.Json;
using Ax2.Users;
using Xunit;

namespace Ax2.Limits;

/// <summary>With the product's password hash, as cheap as it may be, and as much less time to answer in.</summary>
[Collection(nameof(LimitedApiHost))]
public sealed class SignInTimingTests(LimitedApiHost host)
{
    private const double Tolerance = 0.15;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WrongPassword_KnownAndUnknownAddress_TakeTheSameTime()
    {
        using var user = await TestUser.SignUp(host);
        await TimeOf("warm@example.com");

        await SameTime.AssertAsync(() => TimeOf(user.Email), () => TimeOf("x" + user.Email), Tolerance);
    }

    /// <summary>Each address is asked for once, as who looks for customers would.</summary>
    [Fact]
    public async Task WrongPassword_FirstTryForKnownAndUnknownAddress_TakesTheSameTime()
    {
        await TimeOf("warm@example.com");

        await SameTime.AssertAsync(
            async () =>
            {
                host.Clock.Advance(TimeSpan.FromSeconds(5));
                using var user = await TestUser.SignUp(host);
                return await TimeOf(user.Email);
            },
            () => TimeOf($"{Guid.CreateVersion7():N}@example.com"),
            Tolerance);
    }

    /// <summary>The measure itself: an answer without delay is noticed.</summary>
    [Fact]
    public async Task Measure_OfAFailureAndAMalformedRequest_FindsThemFarApart()
    {
        using var user = await TestUser.SignUp(host);

        var (failed, malformed) = await SameTime.MeasureAsync(() => TimeOf(user.Email), () => TimeOf(null));

        Assert.False(malformed / failed > 1 - Tolerance);
    }

    /// <param name="email">Null sends a body that is not looked at.</param>
    private async Task<double> TimeOf(string? email)
    {
        // From everywhere and slowly, so that no limit answers for the hash.
        host.Clock.Advance(TimeSpan.FromMinutes(10));
        using var client = host.ClientAt(LimitedApiHost.NewAddress());
        var began = Stopwatch.GetTimestamp();
        using var answer = email is null
            ? await client.PostAsJsonAsync("/api/v1/sessions", new { }, Cancel)
            : await client.PostAsJsonAsync("/api/v1/sessions", new { email, password = "not the password" }, Cancel);
        await answer.Content.ReadAsByteArrayAsync(Cancel);
        var time = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        Assert.Equal(email is null ? 400 : 401, (int)answer.StatusCode);
        return time;
    }
}
