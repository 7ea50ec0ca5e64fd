using System.Text.Json;
using Ax2.Admin;
using Ax2.Captions;
using Ax2.Credits;
using Ax2.Jobs;
using Ax2.Limits;
using Ax2.Media;
using Ax2.Users;
using Ax2.Workspaces;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using Orleans.Runtime;

namespace Ax2.Http;

/// <summary>
/// Every error leaves as <c>application/problem+json</c> with a stable <c>code</c>, a sentence in <c>detail</c> and the
/// figures of the reason. This is the one place that turns reasons into HTTP.
/// </summary>
internal static class Problems
{
    internal const string NotSignedIn = "not_signed_in";
    internal const string SecondFactorNeeded = "mfa_required";
    internal const string SecondFactorOn = "second_factor_on";
    internal const string SignInAgain = "sign_in_again";
    internal const string ScopeMissing = "scope_missing";
    internal const string CrossSite = "cross_site_request";
    internal const string RequestMalformed = "request_malformed";
    internal const string BodyTooLarge = "body_too_large";
    internal const string CursorInvalid = "cursor_invalid";
    internal const string LimitInvalid = "limit_invalid";
    internal const string PeriodInvalid = "period_invalid";
    internal const string PeriodTooLong = "period_too_long";
    internal const string IdempotencyKeyInvalid = "idempotency_key_invalid";
    internal const string NotFound = "not_found";
    internal const string Unavailable = "service_unavailable";

    /// <summary>What is not listed is 422: understood, and not possible.</summary>
    private static readonly Dictionary<string, int> StatusOf = new()
    {
        [AdminRefusals.NotAdmin] = StatusCodes.Status403Forbidden,
        [AdminRefusals.UserUnknown] = StatusCodes.Status404NotFound,
        [UserRefusals.PasswordWrong] = StatusCodes.Status403Forbidden,
        [CreditRefusals.Insufficient] = StatusCodes.Status402PaymentRequired,
        [CreditRefusals.QuoteExpired] = StatusCodes.Status409Conflict,
        [CreditRefusals.AccountBusy] = StatusCodes.Status429TooManyRequests,
        [CreditRefusals.AccountFrozen] = StatusCodes.Status403Forbidden,
        [CreditRefusals.AccountClosed] = StatusCodes.Status403Forbidden,
        [CreditRefusals.OperationConflict] = StatusCodes.Status409Conflict,
        [CreditRefusals.HoldResolved] = StatusCodes.Status409Conflict,
        [CreditRefusals.HoldExists] = StatusCodes.Status409Conflict,
        [MediaRefusals.UploadUnknown] = StatusCodes.Status404NotFound,
        [MediaRefusals.UploadDeleted] = StatusCodes.Status410Gone,
        [MediaRefusals.TooManyOpen] = StatusCodes.Status409Conflict,
        [MediaRefusals.StorageFull] = StatusCodes.Status409Conflict,
        [MediaRefusals.FileTooLarge] = StatusCodes.Status413PayloadTooLarge,
        [JobRefusals.JobUnknown] = StatusCodes.Status404NotFound,
        [JobRefusals.IdempotencyConflict] = StatusCodes.Status409Conflict,
        [JobRefusals.NothingToRetry] = StatusCodes.Status409Conflict,
        [JobRefusals.MergeImpossible] = StatusCodes.Status409Conflict,
        [JobRefusals.UploadNotReady] = StatusCodes.Status409Conflict,
        [JobRefusals.Internal] = StatusCodes.Status500InternalServerError,
        [CaptionRefusals.CaptionsUnknown] = StatusCodes.Status404NotFound,
        [CaptionRefusals.FormatUnsupported] = StatusCodes.Status404NotFound,
        [LimitRefusals.RateLimited] = StatusCodes.Status429TooManyRequests,
        [NotSignedIn] = StatusCodes.Status401Unauthorized,
        [SignInRefusals.Failed] = StatusCodes.Status401Unauthorized,
        [SignInRefusals.CodeWrong] = StatusCodes.Status401Unauthorized,
        [SignInRefusals.CodeWait] = StatusCodes.Status429TooManyRequests,
        [SignInRefusals.ChallengeOver] = StatusCodes.Status401Unauthorized,
        [SignInRefusals.FactorNotBegun] = StatusCodes.Status409Conflict,
        [SecondFactorNeeded] = StatusCodes.Status401Unauthorized,
        [SecondFactorOn] = StatusCodes.Status409Conflict,
        [SignInAgain] = StatusCodes.Status403Forbidden,
        [ScopeMissing] = StatusCodes.Status403Forbidden,
        [ApiKeyRefusals.Unknown] = StatusCodes.Status404NotFound,
        [ApiKeyRefusals.TooMany] = StatusCodes.Status409Conflict,
        [WorkspaceRefusals.Unknown] = StatusCodes.Status404NotFound,
        [WorkspaceRefusals.RoleInsufficient] = StatusCodes.Status403Forbidden,
        [WorkspaceRefusals.IsHome] = StatusCodes.Status409Conflict,
        [WorkspaceRefusals.TooMany] = StatusCodes.Status409Conflict,
        [WorkspaceRefusals.TooManyMembers] = StatusCodes.Status409Conflict,
        [WorkspaceRefusals.TooManyInvitations] = StatusCodes.Status429TooManyRequests,
        [WorkspaceRefusals.MemberUnknown] = StatusCodes.Status404NotFound,
        [WorkspaceRefusals.LastOwner] = StatusCodes.Status409Conflict,
        [WorkspaceRefusals.EmailUnverified] = StatusCodes.Status403Forbidden,
        [WorkspaceRefusals.InvitationUnknown] = StatusCodes.Status404NotFound,
        [WorkspaceRefusals.InvitationInvalid] = StatusCodes.Status404NotFound,
        [CrossSite] = StatusCodes.Status403Forbidden,
        [RequestMalformed] = StatusCodes.Status400BadRequest,
        [BodyTooLarge] = StatusCodes.Status413PayloadTooLarge,
        [CursorInvalid] = StatusCodes.Status400BadRequest,
        [PeriodInvalid] = StatusCodes.Status400BadRequest,
        [LimitInvalid] = StatusCodes.Status400BadRequest,
        [IdempotencyKeyInvalid] = StatusCodes.Status400BadRequest,
        [NotFound] = StatusCodes.Status404NotFound,
        [Unavailable] = StatusCodes.Status503ServiceUnavailable,
    };

    internal static ProblemHttpResult From(Refusal refusal)
    {
        var extensions = new Dictionary<string, object?> { ["code"] = refusal.Code };
        // In one order, whichever process answers: a repeat is byte for byte the same.
        foreach (var (name, figure) in (refusal.Figures ?? []).OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            extensions[name] = figure;
        }

        return TypedResults.Problem(
            refusal.Message,
            statusCode: StatusOf.GetValueOrDefault(refusal.Code, StatusCodes.Status422UnprocessableEntity),
            extensions: extensions);
    }

    internal static ProblemHttpResult From(string code, string message) => From(new Refusal(code, message));

    /// <summary>The first step of a sign-in is done. A browser has the challenge in a cookie, a program here.</summary>
    internal static ProblemHttpResult MfaRequired(string? challenge)
    {
        var problem = From(SecondFactorNeeded, "Enter a code of your authenticator app.");
        if (challenge is not null)
        {
            problem.ProblemDetails.Extensions["challenge"] = challenge;
        }

        return problem;
    }

    /// <summary>A member may not do this; the role that may is named.</summary>
    internal static ProblemHttpResult RoleInsufficient(WorkspaceRole needed)
    {
        var name = JsonNamingPolicy.CamelCase.ConvertName(needed.ToString());
        var problem = From(WorkspaceRefusals.RoleInsufficient, $"This needs the role {name} in the workspace.");
        problem.ProblemDetails.Extensions["neededRole"] = name;
        return problem;
    }

    internal static void AddProblems(this IServiceCollection services)
    {
        services.AddExceptionHandler<ExceptionProblems>();
        services.AddProblemDetails(problems => problems.CustomizeProblemDetails = context =>
            context.ProblemDetails.Extensions.TryAdd("code", context.ProblemDetails.Status switch
            {
                StatusCodes.Status404NotFound => NotFound,
                StatusCodes.Status405MethodNotAllowed => "method_not_allowed",
                StatusCodes.Status413PayloadTooLarge => BodyTooLarge,
                StatusCodes.Status415UnsupportedMediaType => "media_type_unsupported",
                StatusCodes.Status503ServiceUnavailable => Unavailable,
                >= 500 => JobRefusals.Internal,
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

/// <summary>
/// What went wrong instead of being refused: bad requests of the framework, and an unreachable cluster.
/// </summary>
internal sealed class ExceptionProblems : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(
        HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        var problem = exception switch
        {
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } =>
                Problems.From(Problems.BodyTooLarge, "The request body is too large for this route."),
            BadHttpRequestException { InnerException: JsonException json } =>
                Problems.From(Problems.RequestMalformed, Describe(json)),
            BadHttpRequestException bad => Problems.From(Problems.RequestMalformed, bad.Message),
            TimeoutException or OrleansException =>
                Problems.From(Problems.Unavailable, "The service is busy or restarting. Try again in a moment."),
            _ => null,
        };
        if (problem is null)
        {
            return false;
        }

        if (problem.StatusCode == StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = "5";
        }

        await problem.ExecuteAsync(context);
        return true;
    }

    /// <summary>Where the body is wrong, without the names of our types.</summary>
    private static string Describe(JsonException json) => string.IsNullOrEmpty(json.Path) || json.Path == "$"
        ? "The request body is not the JSON that this route takes: see /docs for its fields."
        : $"The request body is not the JSON that this route takes, at {json.Path}.";
}
