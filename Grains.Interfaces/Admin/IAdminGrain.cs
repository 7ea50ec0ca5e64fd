using System.Collections.Immutable;
using Ax2.Credits;
using Ax2.Jobs;
using Ax2.Users;

namespace Ax2.Admin;

/// <summary>
/// What the people do who run the service. Key: 0; any silo answers. Every call proves itself by its session: the
/// grain looks up anew whose it is and whether that is an admin, and refuses with <see cref="AdminRefusals.NotAdmin"/>.
/// What shows or changes a customer's data, or the queue, is in the audit log before it is done, and how it ended
/// after; without the first record nothing is done. After an exception the outcome is unknown: repeat the call.
/// </summary>
[Alias("ax2.IAdminGrain")]
public interface IAdminGrain : IGrainWithIntegerKey
{
    /// <summary>By the whole e-mail address. Refusal: <see cref="AdminRefusals.UserUnknown"/>.</summary>
    [Alias("FindUser")]
    Task<AdminAnswer<UserProfile>> FindUser(AdminCall call, string email);

    /// <summary>
    /// The user's jobs from now on share the workers by this plan's weight. Refusals:
    /// <see cref="AdminRefusals.UserUnknown"/>, <see cref="AdminRefusals.PlanUnknown"/>.
    /// </summary>
    [Alias("SetPlan")]
    Task<AdminAnswer<UserProfile>> SetPlan(AdminCall call, Guid userId, string plan);

    [Alias("GetCredits")]
    Task<AdminAnswer<CreditSummary>> GetCredits(AdminCall call, Guid workspaceId);

    [Alias("ListEntries")]
    Task<AdminAnswer<CreditEntryPage>> ListEntries(AdminCall call, Guid workspaceId, CreditEntryQuery query);

    /// <summary>
    /// Carries out a <see cref="GrantCredits"/>, <see cref="RefundCharge"/>, <see cref="AdjustCredits"/> or <see
    /// cref="FreezeAccount"/>, with the admin as its actor whatever it says, and with the account's refusals. Its
    /// operation id is kept apart from those of the service itself. Other commands are the service's own: they throw.
    /// </summary>
    [Alias("ChangeCredits")]
    Task<AdminAnswer<CreditBalance>> ChangeCredits(AdminCall call, Guid workspaceId, ICreditCommand command);

    [Alias("GetQueue")]
    Task<AdminAnswer<QueueView>> GetQueue(AdminCall call);

    [Alias("SetPaused")]
    Task<AdminAnswer<QueueView>> SetPaused(AdminCall call, bool isPaused);

    [Alias("SetDraining")]
    Task<AdminAnswer<QueueView>> SetDraining(AdminCall call, string siloName, bool isDraining);

    /// <summary>The audit log, newest first.</summary>
    [Alias("ListAudit")]
    Task<AdminAnswer<AuditPage>> ListAudit(AdminCall call, AuditQuery query);
}

/// <summary>Who asks, from where.</summary>
/// <param name="SessionId">From the caller's access token: API keys have none.</param>
/// <param name="Address">The caller's network address.</param>
[GenerateSerializer, Alias("ax2.AdminCall"), Immutable]
public sealed record AdminCall([property: Id(0)] Guid SessionId, [property: Id(1)] string Address);

/// <summary>Exactly one of the two is set.</summary>
[GenerateSerializer, Alias("ax2.AdminAnswer`1"), Immutable]
public sealed record AdminAnswer<T>([property: Id(0)] T? Value, [property: Id(1)] Refusal? Refusal)
    where T : class;

/// <param name="Limit">1 to 500.</param>
/// <param name="Before">Only records below this number. Null begins at the newest.</param>
[GenerateSerializer, Alias("ax2.AuditQuery"), Immutable]
public sealed record AuditQuery(
    [property: Id(0)] int Limit,
    [property: Id(1)] long? Before = null,
    [property: Id(2)] string? Actor = null,
    [property: Id(3)] string? Action = null,
    [property: Id(4)] string? Target = null,
    [property: Id(5)] DateTimeOffset? From = null,
    [property: Id(6)] DateTimeOffset? Until = null);

/// <param name="NextBefore">Goes into the query of the next page; null on the last one.</param>
[GenerateSerializer, Alias("ax2.AuditPage"), Immutable]
public sealed record AuditPage(
    [property: Id(0)] ImmutableArray<AuditEntry> Entries,
    [property: Id(1)] long? NextBefore);

/// <summary>One record of the audit log. It names people by their ids alone, because it is never changed.</summary>
/// <param name="Number">Grows from record to record; gaps are normal.</param>
/// <param name="ActId">The same for an act's intent and its outcome.</param>
/// <param name="Actor">A user id.</param>
/// <param name="Action">For example <c>credits_adjust</c>.</param>
/// <param name="Target">For example <c>workspace/</c> and its id.</param>
/// <param name="Content">JSON: what was asked, or what came of it.</param>
[GenerateSerializer, Alias("ax2.AuditEntry"), Immutable]
public sealed record AuditEntry(
    [property: Id(0)] long Number,
    [property: Id(1)] Guid ActId,
    [property: Id(2)] AuditPhase Phase,
    [property: Id(3)] DateTimeOffset At,
    [property: Id(4)] string Actor,
    [property: Id(5)] string Action,
    [property: Id(6)] string Target,
    [property: Id(7)] string Address,
    [property: Id(8)] string Content);

/// <summary>Stored by name. An intent that has no outcome may have been carried out or not.</summary>
public enum AuditPhase
{
    Intent,
    Outcome,
}

/// <summary>Stable codes of <see cref="Refusal.Code"/> in this slice.</summary>
public static class AdminRefusals
{
    public const string NotAdmin = "not_admin";
    public const string UserUnknown = "user_unknown";
    public const string PlanUnknown = "plan_unknown";
}
