using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace Ax2.Limits;

[Collection(nameof(LimitedApiHost))]
public sealed class InFlightTests(LimitedApiHost host)
{
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task Address_WithTooManyInFlight_WaitsForOneToEnd()
    {
        var guard = Guard(new TrafficOptions { MaxInFlightPerAddress = 2 });
        var address = LimitedApiHost.NewAddress();
        var working = new[] { await Enter(guard, address), await Enter(guard, address) };

        Assert.Equal(429, await StatusOf(guard, address));
        Assert.Equal(200, await StatusOf(guard, LimitedApiHost.NewAddress()));
        _end.SetResult();
        await Task.WhenAll(working);

        Assert.Equal(200, await StatusOf(guard, address));
    }

    [Fact]
    public async Task Process_WithTooManyInFlight_IsBusyForEverybody()
    {
        var guard = Guard(new TrafficOptions { MaxInFlight = 1 });
        var working = await Enter(guard, LimitedApiHost.NewAddress());

        Assert.Equal(503, await StatusOf(guard, LimitedApiHost.NewAddress()));
        _end.SetResult();
        await working;

        Assert.Equal(200, await StatusOf(guard, LimitedApiHost.NewAddress()));
    }

    [Fact]
    public async Task Zero_IsNoLimit()
    {
        var guard = Guard(new TrafficOptions { MaxInFlight = 0, MaxInFlightPerAddress = 0 });
        var address = LimitedApiHost.NewAddress();
        var working = await Enter(guard, address);

        Assert.Equal(200, await StatusOf(guard, address));
        _end.SetResult();
        await working;
    }

    [Fact]
    public async Task Sweep_ForgetsWhoFellSilent_AndNobodyElse()
    {
        using var limiter = new RateLimiter(host.Services.GetRequiredService<IClusterClient>(), host.Clock);
        var silent = RateSubject.Of(IPAddress.Parse(LimitedApiHost.NewAddress()));
        var busy = RateSubject.Of(IPAddress.Parse(LimitedApiHost.NewAddress()));
        var limits = limiter.Enter(silent, out _);
        await limits.Bucket(RateClass.Read).Take();
        limits.Leave();
        limiter.Enter(busy, out _);

        limiter.Sweep();
        Assert.Equal(2, limiter.Subjects);
        host.Clock.Advance(new LimitOptions().LeaseLife);
        limiter.Sweep();

        Assert.Equal(1, limiter.Subjects);
        Assert.Null(limits.Enter());
        Assert.NotSame(limits, limiter.Enter(silent, out var inFlight));
        Assert.Equal(1, inFlight);
    }

    private LimitGuard Guard(TrafficOptions options)
    {
        var limiter = new RateLimiter(host.Services.GetRequiredService<IClusterClient>(), host.Clock);
        return new LimitGuard(limiter, Options.Create(options));
    }

    /// <summary>Answers the request's end when it is being worked on.</summary>
    private async Task<Task> Enter(LimitGuard guard, string address)
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var request = guard.GuardAddress(Request(address), _ =>
        {
            entered.SetResult();
            return _end.Task;
        });
        await entered.Task;
        return request;
    }

    private async Task<int> StatusOf(LimitGuard guard, string address)
    {
        var context = Request(address);
        await guard.GuardAddress(context, _ => Task.CompletedTask);
        return context.Response.StatusCode;
    }

    private DefaultHttpContext Request(string address) => new()
    {
        RequestServices = host.Services,
        Connection = { RemoteIpAddress = IPAddress.Parse(address) },
        Request = { Method = "GET" },
    };
}
