using System.Collections.Immutable;
using System.Security.Claims;
using Ax2.Http;
using Ax2.Users;
using Microsoft.Extensions.Options;

namespace Ax2.Limits;

/// <summary>
/// Turns away whoever asks too often or too much at once: by address before anything is known about the caller, then
/// by user or API key. What the first one lets through has cost the process next to nothing.
/// </summary>
internal sealed class LimitGuard(RateLimiter limiter, IOptions<TrafficOptions> options)
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);
    private readonly TrafficOptions _traffic = options.Value;

    internal async Task GuardAddress(HttpContext context, RequestDelegate next)
    {
        if (RouteLimits.Of(context) is not { } routeClass)
        {
            await next(context);
            return;
        }

        var inFlight = limiter.Enter();
        try
        {
            if (IsOver(inFlight, _traffic.MaxInFlight))
            {
                RetryAfter.Set(context, Moment);
                await Problems.From(Problems.Unavailable, "The service is busy. Try again in a moment.")
                    .ExecuteAsync(context);
                return;
            }

            var subject = RateSubject.Of(context.Connection.RemoteIpAddress);
            await Guard(context, subject, routeClass, _traffic.MaxInFlightPerAddress, next);
        }
        finally
        {
            limiter.Leave();
        }
    }

    internal Task GuardCaller(HttpContext context, RequestDelegate next) =>
        CallerOf(context.User) is { } caller && RouteLimits.Of(context) is { } routeClass
            ? Guard(context, caller, routeClass, _traffic.MaxInFlightPerCaller, next)
            : next(context);

    private async Task Guard(
        HttpContext context, RateSubject subject, RateClass routeClass, int maxInFlight, RequestDelegate next)
    {
        var limits = limiter.Enter(subject, out var inFlight);
        try
        {
            if (IsOver(inFlight, maxInFlight))
            {
                await Refuse(context, Moment);
                return;
            }

            var verdict = await limits.Bucket(routeClass).Take();
            RateHeaders.Set(context, verdict);
            if (!verdict.Granted)
            {
                await Refuse(context, verdict.RetryAfter);
                return;
            }

            await next(context);
        }
        finally
        {
            limits.Leave();
        }
    }

    private static RateSubject? CallerOf(ClaimsPrincipal user)
    {
        if (user.Identity is not { IsAuthenticated: true })
        {
            return null;
        }

        var (kind, claim) = user.FindFirst(Caller.KeyClaim) is { } key
            ? (SubjectKind.ApiKey, key)
            : (SubjectKind.User, user.FindFirst(Caller.UserClaim));
        return Guid.TryParse(claim?.Value, out var id) ? new RateSubject(kind, id) : null;
    }

    private static bool IsOver(int count, int max) => max > 0 && count > max;

    private static Task Refuse(HttpContext context, TimeSpan wait)
    {
        var seconds = RetryAfter.Set(context, wait);
        return Problems.From(new Refusal(
            LimitRefusals.RateLimited, "Too many requests. Try again in a moment.",
            ImmutableDictionary<string, long>.Empty.Add(LimitRefusals.RetryAfterSeconds, seconds)))
            .ExecuteAsync(context);
    }
}

internal static class LimitGuards
{
    internal static void UseAddressLimits(this WebApplication app)
    {
        var guard = app.Services.GetRequiredService<LimitGuard>();
        app.Use(next => context => guard.GuardAddress(context, next));
    }

    internal static void UseCallerLimits(this WebApplication app)
    {
        var guard = app.Services.GetRequiredService<LimitGuard>();
        app.Use(next => context => guard.GuardCaller(context, next));
    }
}
