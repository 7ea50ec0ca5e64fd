using System.Collections.Frozen;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ax2.Http;

/// <summary>
/// Every error leaves as <c>application/problem+json</c> with a stable <c>code</c>, a sentence in <c>detail</c> and the
/// figures of the reason. This is the one place that turns reasons into HTTP; their statuses are the slices' own.
/// </summary>
internal static class Problems
{
    internal const string CrossSite = "cross_site_request";
    internal const string RequestMalformed = "request_malformed";
    internal const string BodyTooLarge = "body_too_large";
    internal const string CursorInvalid = "cursor_invalid";
    internal const string LimitInvalid = "limit_invalid";
    internal const string IdempotencyKeyInvalid = "idempotency_key_invalid";
    internal const string NotFound = "not_found";
    internal const string Internal = "internal_error";
    internal const string Unavailable = "service_unavailable";

    private static readonly FrozenDictionary<string, int> StatusOf =
        RefusalStatuses.Gather(typeof(Problems).Assembly.GetTypes());

    /// <summary>A code without a status is 422: understood, and not possible.</summary>
    internal static ProblemHttpResult From(Refusal refusal) =>
        From(refusal, StatusOf.GetValueOrDefault(refusal.Code, StatusCodes.Status422UnprocessableEntity));

    internal static ProblemHttpResult From(Refusal refusal, int status)
    {
        var extensions = new Dictionary<string, object?> { ["code"] = refusal.Code };
        // In one order, whichever process answers: a repeat is byte for byte the same.
        foreach (var (name, figure) in (refusal.Figures ?? []).OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            extensions[name] = figure;
        }

        return TypedResults.Problem(refusal.Message, statusCode: status, extensions: extensions);
    }

    internal static ProblemHttpResult From(string code, string message) => From(new Refusal(code, message));

    internal static void AddProblems(this IServiceCollection services)
    {
        // A table that contradicts another stops the start here, and not the first refusal.
        _ = StatusOf.Count;
        services.AddExceptionHandler<ExceptionProblems>();
        services.AddProblemDetails(problems => problems.CustomizeProblemDetails = context =>
            context.ProblemDetails.Extensions.TryAdd("code", context.ProblemDetails.Status switch
            {
                StatusCodes.Status404NotFound => NotFound,
                StatusCodes.Status405MethodNotAllowed => "method_not_allowed",
                StatusCodes.Status413PayloadTooLarge => BodyTooLarge,
                StatusCodes.Status415UnsupportedMediaType => "media_type_unsupported",
                StatusCodes.Status503ServiceUnavailable => Unavailable,
                >= 500 => Internal,
                _ => RequestMalformed,
            }));
        // A body that does not parse throws and is answered below, with a code, in every environment.
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
    }

    internal static void UseProblems(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
    }
}
