using Ax2.Credits;
using Ax2.Http;
using Ax2.Users;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Ax2.Admin;

/// <summary>
/// For those who run the service. The group turns others away; <see cref="IAdminGrain"/> checks again, acts and keeps
/// the audit log.
/// </summary>
internal static class AdminApi
{
    internal const string Role = "admin";

    internal static void MapAdmin(this RouteGroupBuilder api)
    {
        api.WithTags("Admin").ProducesProblem(401).ProducesProblem(403);
        api.MapGet("/users", FindUser).WithSummary("The user with an e-mail address").ProducesProblem(404);
        api.MapPut("/users/{id:guid}/plan", SetPlan).WithSummary("Give a user's jobs another share of the workers")
            .ProducesProblem(400).ProducesProblem(404).ProducesProblem(422);
        var credits = api.MapGroup("/workspaces/{id:guid}/credits");
        credits.MapGet("", GetCredits).WithSummary("A workspace's balance, grants and holds");
        credits.MapGet("/entries", ListEntries).WithSummary("Its ledger, newest first").ProducesProblem(400);
        credits.MapPost("/grants", Grant).WithSummary("Give credits").ProducesChangeProblems();
        credits.MapPost("/adjustments", Adjust).WithSummary("Correct the balance").ProducesChangeProblems();
        credits.MapPost("/refunds", Refund).WithSummary("Give back what a hold was charged").ProducesChangeProblems();
        credits.MapPost("/freeze", Freeze).WithSummary("Let no new holds be made").ProducesChangeProblems();
        credits.MapPost("/thaw", Thaw).WithSummary("Undo a freeze").ProducesChangeProblems();
        api.MapQueue();
        api.MapAudit();
    }

    internal static IAdminGrain Admin(this IClusterClient cluster) => cluster.GetGrain<IAdminGrain>(0);

    private static void ProducesChangeProblems(this RouteHandlerBuilder route) =>
        route.ProducesProblem(400).ProducesProblem(409).ProducesProblem(422);

    private static Task<Results<Ok<AdminUserResponse>, ProblemHttpResult>> FindUser(
        string email, AdminCaller caller, IClusterClient cluster) =>
        Show(cluster.Admin().FindUser(caller.Call, email));

    private static Task<Results<Ok<AdminUserResponse>, ProblemHttpResult>> SetPlan(
        Guid id, AdminPlanRequest request, AdminCaller caller, IClusterClient cluster) =>
        Show(cluster.Admin().SetPlan(caller.Call, id, request.Plan));

    private static async Task<Results<Ok<AdminUserResponse>, ProblemHttpResult>> Show(
        Task<AdminAnswer<UserProfile>> call)
    {
        var answer = await call;
        return answer.Value is { } user
            ? TypedResults.Ok(AdminUserResponse.From(user))
            : Problems.From(answer.Refusal!);
    }

    private static async Task<Results<Ok<AdminCreditsResponse>, ProblemHttpResult>> GetCredits(
        Guid id, AdminCaller caller, IClusterClient cluster)
    {
        var answer = await cluster.Admin().GetCredits(caller.Call, id);
        return answer.Value is { } summary
            ? TypedResults.Ok(AdminCreditsResponse.From(id, summary))
            : Problems.From(answer.Refusal!);
    }

    private static async Task<Results<Ok<AdminEntryPageResponse>, ProblemHttpResult>> ListEntries(
        Guid id, [AsParameters] EntryPageRequest page, AdminCaller caller, IClusterClient cluster)
    {
        var (query, problem) = page.Read();
        if (query is null)
        {
            return problem!;
        }

        var answer = await cluster.Admin().ListEntries(caller.Call, id, query);
        return answer.Value is { } entries
            ? TypedResults.Ok(AdminEntryPageResponse.From(entries))
            : Problems.From(answer.Refusal!);
    }

    private static Task<Results<Ok<CreditsResponse>, ProblemHttpResult>> Grant(
        Guid id, AdminGrantRequest request, [FromHeader(Name = IdempotencyKey.Header)] string? key, AdminCaller caller,
        IClusterClient cluster) =>
        Change(id, key, caller, cluster, operation => new GrantCredits(
            operation, request.Credits, request.Reason, request.Category, request.Priority, request.EffectiveAt,
            request.ExpiresAt));

    private static Task<Results<Ok<CreditsResponse>, ProblemHttpResult>> Adjust(
        Guid id, AdminAdjustRequest request, [FromHeader(Name = IdempotencyKey.Header)] string? key, AdminCaller caller,
        IClusterClient cluster) =>
        Change(id, key, caller, cluster, operation =>
            new AdjustCredits(operation, request.Credits, "", request.Reason));

    private static Task<Results<Ok<CreditsResponse>, ProblemHttpResult>> Refund(
        Guid id, AdminRefundRequest request, [FromHeader(Name = IdempotencyKey.Header)] string? key, AdminCaller caller,
        IClusterClient cluster) =>
        Change(id, key, caller, cluster, operation =>
            new RefundCharge(operation, request.HoldId, request.Credits, request.Reason));

    private static Task<Results<Ok<CreditsResponse>, ProblemHttpResult>> Freeze(
        Guid id, AdminReasonRequest request, [FromHeader(Name = IdempotencyKey.Header)] string? key, AdminCaller caller,
        IClusterClient cluster) =>
        Change(id, key, caller, cluster, operation => new FreezeAccount(operation, true, "", request.Reason));

    private static Task<Results<Ok<CreditsResponse>, ProblemHttpResult>> Thaw(
        Guid id, AdminReasonRequest request, [FromHeader(Name = IdempotencyKey.Header)] string? key, AdminCaller caller,
        IClusterClient cluster) =>
        Change(id, key, caller, cluster, operation => new FreezeAccount(operation, false, "", request.Reason));

    /// <summary>The grain puts the admin in as the actor, so nothing here can name another.</summary>
    private static async Task<Results<Ok<CreditsResponse>, ProblemHttpResult>> Change(
        Guid workspaceId, string? key, AdminCaller caller, IClusterClient cluster, Func<string, ICreditCommand> command)
    {
        if (IdempotencyKey.Refuse(key) is { } problem)
        {
            return problem;
        }

        var answer = await cluster.Admin().ChangeCredits(caller.Call, workspaceId, command(key!));
        return answer.Value is { } balance
            ? TypedResults.Ok(CreditsResponse.From(balance))
            : Problems.From(answer.Refusal!);
    }
}

/// <summary>Bound from the session that the request came with, never from its own words.</summary>
internal sealed record AdminCaller(AdminCall Call)
{
    public static ValueTask<AdminCaller?> BindAsync(HttpContext context)
    {
        var address = FromDevice.Of(context).Address;
        return ValueTask.FromResult(SignedIn.From(context.User) is { } caller
            ? new AdminCaller(new AdminCall(caller.SessionId, address))
            : null);
    }
}

/// <summary>Without it nobody could repeat an act whose answer was lost.</summary>
internal static class IdempotencyKey
{
    internal const string Header = "Idempotency-Key";
    private const int MaxLength = 150;

    internal static ProblemHttpResult? Refuse(string? key) => key is { Length: > 0 and <= MaxLength }
        ? null
        : Problems.From(
            Problems.IdempotencyKeyInvalid, $"This needs an {Header} of 1 to {MaxLength} characters.");
}
