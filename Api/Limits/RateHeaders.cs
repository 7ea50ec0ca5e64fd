using System.Collections.Concurrent;
using System.Globalization;

namespace Ax2.Limits;

/// <summary>
/// <c>RateLimit-Policy</c> and <c>RateLimit</c>, as draft-ietf-httpapi-ratelimit-headers has them since its version 08:
/// <c>"read";q=1200;w=60</c> and <c>"read";r=1199;t=1</c>. Of the limits that a request met, the last one is reported:
/// the caller's own, or the one that refused.
/// </summary>
internal static class RateHeaders
{
    private static readonly ConcurrentDictionary<(RateClass, int, TimeSpan), string> Policies = new();

    internal static void Set(HttpContext context, in RateVerdict verdict)
    {
        if (verdict.Permits == 0)
        {
            return;
        }

        var headers = context.Response.Headers;
        headers["RateLimit-Policy"] = Policies.GetOrAdd(
            (verdict.Class, verdict.Permits, verdict.Window),
            static rule => string.Create(
                CultureInfo.InvariantCulture, $"\"{Name(rule.Item1)}\";q={rule.Item2};w={Seconds(rule.Item3)}"));
        headers["RateLimit"] = string.Create(
            CultureInfo.InvariantCulture,
            $"\"{Name(verdict.Class)}\";r={verdict.Remaining};t={Seconds(UntilReset(verdict))}");
    }

    /// <summary>Until the bucket is full again; of a refusal, until it is worth to come back.</summary>
    private static TimeSpan UntilReset(in RateVerdict verdict) => verdict.Granted
        ? verdict.Window * ((double)(verdict.Permits - verdict.Remaining) / verdict.Permits)
        : verdict.RetryAfter;

    private static string Name(RateClass of) => of switch
    {
        RateClass.Read => "read",
        RateClass.Write => "write",
        RateClass.Upload => "upload",
        _ => "sign-in",
    };

    private static long Seconds(TimeSpan span) => (long)Math.Ceiling(span.TotalSeconds);
}

internal static class RetryAfter
{
    /// <summary>In whole seconds, at least one, which are answered.</summary>
    internal static long Set(HttpContext context, TimeSpan wait)
    {
        var seconds = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds));
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return seconds;
    }

    /// <summary>For a refusal that names when to come back.</summary>
    internal static void Set(HttpContext context, Refusal refusal)
    {
        if (refusal.Figures?.TryGetValue(LimitRefusals.RetryAfterSeconds, out var seconds) == true)
        {
            Set(context, TimeSpan.FromSeconds(seconds));
        }
    }
}
