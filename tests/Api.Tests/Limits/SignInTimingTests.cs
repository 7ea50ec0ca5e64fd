using System.Diagnostics;
using System.Net.Http.Json;
using Ax2.Users;
using Xunit;

namespace Ax2.Limits;

/// <summary>With the product's password hash, as cheap as it may be, and as much less time to answer in.</summary>
[Collection(nameof(LimitedApiHost))]
public sealed class SignInTimingTests(LimitedApiHost host)
{
    private const int Tries = 40;
    private const int Measurements = 5;

    /// <summary>How far two times may be apart and still be called equal.</summary>
    private const double Tolerance = 0.15;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WrongPassword_KnownAndUnknownAddress_TakeTheSameTime()
    {
        using var user = await TestUser.SignUp(host);

        await AssertSameTime(() => user.Email, () => "x" + user.Email);
    }

    /// <summary>Each address is asked for once, as who looks for customers would.</summary>
    [Fact]
    public async Task WrongPassword_FirstTryForKnownAndUnknownAddress_TakesTheSameTime()
    {
        var users = new Stack<string>();

        await AssertSameTime(users.Pop, () => $"{Guid.CreateVersion7():N}@example.com", async () =>
        {
            while (users.Count < Tries)
            {
                host.Clock.Advance(TimeSpan.FromSeconds(5));
                using var user = await TestUser.SignUp(host);
                users.Push(user.Email);
            }
        });
    }

    /// <summary>The measure itself: an answer without delay is noticed.</summary>
    [Fact]
    public async Task QuickTimes_OfAFailureAndAMalformedRequest_AreFarApart()
    {
        using var user = await TestUser.SignUp(host);

        var (failed, malformed) = await QuickTimes(() => user.Email, () => null);

        Assert.False(malformed / failed > 1 - Tolerance);
    }

    /// <summary>
    /// One of some measurements has to find no difference: one that is real shows in each, what a busy machine adds does
    /// not.
    /// </summary>
    private async Task AssertSameTime(Func<string?> first, Func<string?> second, Func<Task>? prepare = null)
    {
        var ratios = new List<double>();
        while (ratios.Count < Measurements && !ratios.Any(r => r is > 1 - Tolerance and < 1 / (1 - Tolerance)))
        {
            await (prepare?.Invoke() ?? Task.CompletedTask);
            var times = await QuickTimes(first, second);
            ratios.Add(times.Second / times.First);
        }

        Assert.InRange(ratios[^1], 1 - Tolerance, 1 / (1 - Tolerance));
    }

    /// <summary>
    /// Of each, the time that a tenth of the tries were quicker than: a busy machine only adds to some of the times, and
    /// who attacks would compare the quickest.
    /// </summary>
    /// <param name="first">Null sends a body that is not looked at.</param>
    /// <param name="second">As <paramref name="first"/>.</param>
    private async Task<(double First, double Second)> QuickTimes(Func<string?> first, Func<string?> second)
    {
        var times = (First: new List<double>(), Second: new List<double>());
        await TimeOf("warm@example.com");
        // In turns, so that whatever slows the machine slows both.
        for (var i = 0; i < Tries; i++)
        {
            times.First.Add(await TimeOf(first()));
            times.Second.Add(await TimeOf(second()));
        }

        return (LowerDecile(times.First), LowerDecile(times.Second));
    }

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

    private static double LowerDecile(List<double> times)
    {
        times.Sort();
        return times[times.Count / 10];
    }
}
