using Ax2.Http;
using Ax2.Users;
using Ax2.Workspaces;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ax2.Credits;

/// <summary>What the workspace has, and the ledger that says why.</summary>
internal static class CreditsApi
{
    internal static void MapCredits(this RouteGroupBuilder api)
    {
        var credits = api.MapGroup("/credits").WithTags("Credits").For(RouteClass.Credits);
        credits.MapGet("", Get).WithSummary("The workspace's credits, now or as of a time");
        credits.MapGet("/entries", ListEntries).WithSummary("The ledger, newest first").ProducesProblem(400);
        credits.MapGet("/holds", ListHolds).WithSummary("Credits that running jobs hold, oldest first");
        credits.MapGet("/grants", ListGrants).WithSummary("Where the credits came from, in the order of their use");
        var accounts = credits.MapGroup("").For(RouteClass.Billing);
        accounts.MapGet("/statement", GetStatement).ProducesProblem(400).ProducesProblem(422)
            .WithSummary("Opening balance, entries and closing balance of a period");
        accounts.MapGet("/statement.csv", GetStatementCsv).ProducesProblem(400).ProducesProblem(422)
            .WithSummary("The same statement as CSV").Produces<string>(contentType: Csv.ContentType);
    }

    private static async Task<Ok<CreditsResponse>> Get(
        Caller caller, IClusterClient cluster, DateTimeOffset? asOf = null)
    {
        var account = Account(caller, cluster);
        var balance = asOf is { } time ? await account.GetBalanceAt(time) : await account.GetBalance();
        return TypedResults.Ok(CreditsResponse.From(balance));
    }

    private static async Task<Results<Ok<EntryPageResponse>, ProblemHttpResult>> ListEntries(
        [AsParameters] EntryPageRequest page, Caller caller, IClusterClient cluster)
    {
        var (query, problem) = page.Read();
        return query is null
            ? problem!
            : TypedResults.Ok(EntryPageResponse.From(await Account(caller, cluster).ListEntries(query)));
    }

    private static async Task<Ok<IEnumerable<HoldResponse>>> ListHolds(Caller caller, IClusterClient cluster) =>
        TypedResults.Ok((await Account(caller, cluster).GetSummary()).Holds.Select(HoldResponse.From));

    private static async Task<Ok<IEnumerable<GrantResponse>>> ListGrants(Caller caller, IClusterClient cluster) =>
        TypedResults.Ok((await Account(caller, cluster).GetSummary()).Grants.Select(GrantResponse.From));

    private static async Task<Results<Ok<StatementResponse>, ProblemHttpResult>> GetStatement(
        DateTimeOffset from, DateTimeOffset until, Caller caller, IClusterClient cluster)
    {
        var (statement, problem) = await ReadStatement(from, until, caller, cluster);
        return statement is null ? problem! : TypedResults.Ok(StatementResponse.Of(statement));
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> GetStatementCsv(
        DateTimeOffset from, DateTimeOffset until, Caller caller, IClusterClient cluster)
    {
        var (statement, problem) = await ReadStatement(from, until, caller, cluster);
        return statement is null
            ? problem!
            : TypedResults.File(StatementCsv.Write(statement), Csv.ContentType, "credits.csv");
    }

    private static async Task<(CreditStatement? Statement, ProblemHttpResult? Problem)> ReadStatement(
        DateTimeOffset from, DateTimeOffset until, Caller caller, IClusterClient cluster)
    {
        if (until <= from)
        {
            return (null, Problems.From(CreditStatuses.PeriodInvalid, "A statement ends after it begins."));
        }

        var statement = await Account(caller, cluster).GetStatement(from, until);
        return statement.IsComplete
            ? (statement, null)
            : (null, Problems.From(
                CreditStatuses.PeriodTooLong, "This period has too many entries for one statement."));
    }

    private static ICreditAccountGrain Account(Caller caller, IClusterClient cluster) =>
        cluster.GetGrain<ICreditAccountGrain>(caller.WorkspaceId);
}
