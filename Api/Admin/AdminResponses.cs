using System.Text.Json;
using Ax2.Credits;
using Ax2.Http;
using Ax2.Users;

namespace Ax2.Admin;

/// <param name="Reason">For the statement; the customer reads it.</param>
/// <param name="Priority">Lower numbers are used first.</param>
/// <param name="EffectiveAt">Left out, now.</param>
/// <param name="ExpiresAt">Left out, never.</param>
internal sealed record AdminGrantRequest(
    long Credits,
    string Reason,
    CreditCategory Category,
    int Priority = 0,
    DateTimeOffset? EffectiveAt = null,
    DateTimeOffset? ExpiresAt = null);

/// <param name="Credits">Added when positive, taken when negative.</param>
/// <param name="Reason">For the statement; the customer reads it.</param>
internal sealed record AdminAdjustRequest(long Credits, string Reason);

/// <param name="HoldId">Of the charge. A job's first hold has the job's id.</param>
/// <param name="Reason">For the statement; the customer reads it.</param>
internal sealed record AdminRefundRequest(Guid HoldId, long Credits, string Reason);

/// <param name="Reason">For the statement; the customer reads it.</param>
internal sealed record AdminReasonRequest(string Reason);

/// <param name="Plan">A key of <c>Jobs:Queue:PlanWeights</c>.</param>
internal sealed record AdminPlanRequest(string Plan);

internal sealed record AdminUserResponse(
    Guid UserId, string Email, string DisplayName, Guid WorkspaceId, DateTimeOffset CreatedAt, string Plan)
{
    internal static AdminUserResponse From(UserProfile user) =>
        new(user.UserId, user.Email, user.DisplayName, user.HomeWorkspaceId, user.CreatedAt, user.Plan);
}

internal sealed record AdminCreditsResponse(
    Guid WorkspaceId,
    AccountStatus Status,
    CreditsResponse Balance,
    IEnumerable<GrantResponse> Grants,
    IEnumerable<HoldResponse> Holds)
{
    internal static AdminCreditsResponse From(Guid workspaceId, CreditSummary summary) => new(
        workspaceId, summary.Status, CreditsResponse.From(summary.Balance), summary.Grants.Select(GrantResponse.From),
        summary.Holds.Select(HoldResponse.From));
}

/// <param name="Entries">Of a kind or hold there may be fewer than asked for, or none, before the last page.</param>
/// <param name="NextCursor">Null on the last page.</param>
internal sealed record AdminEntryPageResponse(IEnumerable<AdminEntryResponse> Entries, string? NextCursor)
{
    internal static AdminEntryPageResponse From(CreditEntryPage page) => new(
        page.Entries.Select(e => new AdminEntryResponse(EntryResponse.From(e), e.Actor)),
        PageCursor.Write(page.NextBefore));
}

/// <param name="Actor">The user id of the admin who did it, when one did.</param>
internal sealed record AdminEntryResponse(EntryResponse Entry, string? Actor);

/// <param name="NextCursor">Null on the last page.</param>
internal sealed record AuditPageResponse(IEnumerable<AuditEntryResponse> Entries, string? NextCursor)
{
    internal static AuditPageResponse From(AuditPage page) =>
        new(page.Entries.Select(AuditEntryResponse.From), PageCursor.Write(page.NextBefore));
}

/// <param name="ActId">The same for an act's intent and its outcome.</param>
/// <param name="Content">What was asked, or what came of it.</param>
internal sealed record AuditEntryResponse(
    long Number,
    DateTimeOffset At,
    Guid ActId,
    AuditPhase Phase,
    string Actor,
    string Action,
    string Target,
    string Address,
    JsonElement Content)
{
    internal static AuditEntryResponse From(AuditEntry entry)
    {
        using var content = JsonDocument.Parse(entry.Content);
        return new(
            entry.Number, entry.At, entry.ActId, entry.Phase, entry.Actor, entry.Action, entry.Target, entry.Address,
            content.RootElement.Clone());
    }
}
