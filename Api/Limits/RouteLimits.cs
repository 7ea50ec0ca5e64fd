using Microsoft.AspNetCore.Mvc;

namespace Ax2.Limits;

/// <summary>
/// What the routes of a group count as. Routes that do not say it are reads and writes, so none escapes.
/// </summary>
/// <param name="Safe">For GET, HEAD and OPTIONS.</param>
/// <param name="Other">For the other methods.</param>
internal sealed record RouteLimits(RateClass Safe, RateClass Other)
{
    private static readonly RouteLimits Default = new(RateClass.Read, RateClass.Write);

    /// <summary>Null for a route without limits.</summary>
    internal static RateClass? Of(HttpContext context)
    {
        var metadata = context.GetEndpoint()?.Metadata;
        if (metadata?.GetMetadata<Unlimited>() is not null)
        {
            return null;
        }

        var limits = metadata?.GetMetadata<RouteLimits>() ?? Default;
        var method = context.Request.Method;
        var isSafe = HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);
        return isSafe ? limits.Safe : limits.Other;
    }

    /// <summary>For monitoring, which must get an answer under every load.</summary>
    internal sealed record Unlimited
    {
        internal static readonly Unlimited Instance = new();
    }
}

internal static class RouteLimitsConventions
{
    internal static TBuilder LimitAs<TBuilder>(this TBuilder routes, RateClass every)
        where TBuilder : IEndpointConventionBuilder => routes.LimitAs(every, every);

    internal static TBuilder LimitAs<TBuilder>(this TBuilder routes, RateClass safe, RateClass other)
        where TBuilder : IEndpointConventionBuilder => routes.WithMetadata(new RouteLimits(safe, other));

    /// <summary>The largest body, where <see cref="TrafficLimits.MaxBodyBytes"/> is too much or too little.</summary>
    internal static TBuilder TakeAtMost<TBuilder>(this TBuilder routes, long bytes)
        where TBuilder : IEndpointConventionBuilder => routes.WithMetadata(new RequestSizeLimitAttribute(bytes));

    internal static TBuilder WithoutLimits<TBuilder>(this TBuilder routes)
        where TBuilder : IEndpointConventionBuilder => routes.WithMetadata(RouteLimits.Unlimited.Instance);
}
