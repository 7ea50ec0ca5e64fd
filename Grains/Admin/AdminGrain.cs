using Ax2.Credits;
using Ax2.Jobs;
using Ax2.Users;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;

namespace Ax2.Admin;

/// <summary>
/// Checks the caller and the command; <c>AdminGrain.Acts.cs</c> writes the audit log around each act.
/// </summary>
[StatelessWorker, Reentrant]
public sealed partial class AdminGrain(
    AdminRole role,
    IAuditLog audit,
    IOptions<JobOptions> jobs,
    TimeProvider time,
    ILogger<AdminGrain> logger) : Grain, IAdminGrain
{
    /// <summary>Keeps an admin's operation ids apart from the service's own, such as a job's.</summary>
    private const string OperationPrefix = "admin/";
    private const int MaxPageEntries = 500;

    private IWorkQueueGrain Queue => GrainFactory.GetGrain<IWorkQueueGrain>(0);

    public Task<AdminAnswer<UserProfile>> FindUser(AdminCall call, string email)
    {
        ArgumentNullException.ThrowIfNull(email);
        // The log cannot delete, so it has no address; its hash finds the record.
        var key = EmailAddress.GrainKey(EmailAddress.Normalize(email) ?? "");
        var act = new Act("user_find", key, AuditContent.Nothing);
        return Run(call, act, async _ => await Find(key), found => AuditContent.Of("userId", found.UserId));
    }

    public Task<AdminAnswer<UserProfile>> SetPlan(AdminCall call, Guid userId, string plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var act = new Act("user_plan_set", $"user/{userId}", AuditContent.Of("plan", plan), RefusePlan(plan));
        return Run(
            call, act, async _ => await Give(userId, plan), changed => AuditContent.Of("plan", changed.Plan));
    }

    public Task<AdminAnswer<CreditSummary>> GetCredits(AdminCall call, Guid workspaceId)
    {
        var act = new Act("credits_read", Workspace(workspaceId), AuditContent.Nothing);
        return Run(call, act, async _ => Done(await Account(workspaceId).GetSummary()), AuditContent.Read);
    }

    public Task<AdminAnswer<CreditEntryPage>> ListEntries(AdminCall call, Guid workspaceId, CreditEntryQuery query)
    {
        var act = new Act("credits_entries_read", Workspace(workspaceId), AuditContent.Nothing);
        return Run(call, act, async _ => Done(await Account(workspaceId).ListEntries(query)), AuditContent.Read);
    }

    public Task<AdminAnswer<CreditBalance>> ChangeCredits(AdminCall call, Guid workspaceId, ICreditCommand command)
    {
        var action = command switch
        {
            GrantCredits => "credits_grant",
            RefundCharge => "credits_refund",
            AdjustCredits => "credits_adjust",
            FreezeAccount { IsFrozen: true } => "credits_freeze",
            FreezeAccount => "credits_thaw",
            _ => throw new ArgumentException("This command is no admin's.", nameof(command)),
        };
        var refusal = LedgerText.Refuse("operationId", command.OperationId, MaxKeyLength)
            ?? LedgerText.Refuse("reason", ReasonOf(command));
        var act = new Act(action, Workspace(workspaceId), LedgerContent.Of(command), refusal);
        return Run(
            call,
            act,
            async admin => await Send(Account(workspaceId), command, admin.ToString()),
            balance => LedgerContent.OfAnswer(new CreditAnswer(balance, null)));
    }

    public Task<AdminAnswer<QueueView>> GetQueue(AdminCall call) =>
        Look(call, null, async () => await Queue.GetView());

    public Task<AdminAnswer<QueueView>> SetPaused(AdminCall call, bool isPaused)
    {
        var act = new Act(isPaused ? "queue_pause" : "queue_resume", "queue", AuditContent.Nothing);
        return Run(
            call,
            act,
            async _ =>
            {
                await Queue.SetPaused(isPaused);
                return Done(await Queue.GetView());
            },
            AuditContent.Read);
    }

    public Task<AdminAnswer<QueueView>> SetDraining(AdminCall call, string siloName, bool isDraining)
    {
        var refusal = LedgerText.Refuse("siloName", siloName, MaxKeyLength);
        var act = new Act(
            isDraining ? "silo_drain" : "silo_undrain", $"silo/{siloName}", AuditContent.Nothing, refusal);
        return Run(
            call,
            act,
            async _ =>
            {
                await Queue.SetDraining(siloName, isDraining);
                return Done(await Queue.GetView());
            },
            AuditContent.Read);
    }

    public Task<AdminAnswer<AuditPage>> ListAudit(AdminCall call, AuditQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Limit, MaxPageEntries);
        var refusal = LedgerText.RefuseOptional("actor", query.Actor)
            ?? LedgerText.RefuseOptional("action", query.Action) ?? LedgerText.RefuseOptional("target", query.Target);
        return Look(call, refusal, async () =>
        {
            var entries = await audit.ListAsync(query with { Limit = query.Limit + 1 }, CancellationToken.None);
            return entries.Count > query.Limit
                ? new AuditPage([.. entries.Take(query.Limit)], entries[query.Limit - 1].Number)
                : new AuditPage([.. entries], null);
        });
    }

    private Refusal? RefusePlan(string plan)
    {
        var plans = jobs.Value.Queue.PlanWeights;
        var known = string.Join(", ", plans.Keys.Order(StringComparer.Ordinal));
        return plans.ContainsKey(plan)
            ? null
            : new Refusal(AdminRefusals.PlanUnknown, $"There is no such plan. Known: {known}.");
    }

    private async Task<AdminAnswer<UserProfile>> Give(Guid userId, string plan)
    {
        var profile = await GrainFactory.GetGrain<IUserGrain>(userId).SetPlan(plan);
        return profile is null
            ? new(null, new Refusal(AdminRefusals.UserUnknown, "There is no such user."))
            : Done(profile);
    }

    private async Task<AdminAnswer<UserProfile>> Find(string emailKey)
    {
        var owner = await GrainFactory.GetGrain<IEmailAddressGrain>(emailKey).GetOwner();
        var profile = owner is { } userId ? await GrainFactory.GetGrain<IUserGrain>(userId).GetProfile() : null;
        return profile is null
            ? new(null, new Refusal(AdminRefusals.UserUnknown, "Nobody has signed up with this e-mail address."))
            : Done(profile);
    }

    private static async Task<AdminAnswer<CreditBalance>> Send(
        ICreditAccountGrain account, ICreditCommand command, string actor)
    {
        var operation = OperationPrefix + command.OperationId;
        var answer = await (command switch
        {
            GrantCredits grant => account.Grant(grant with { OperationId = operation, Actor = actor }),
            RefundCharge refund => account.Refund(refund with { OperationId = operation, Actor = actor }),
            AdjustCredits adjust => account.Adjust(adjust with { OperationId = operation, Actor = actor }),
            FreezeAccount freeze => account.Freeze(freeze with { OperationId = operation, Actor = actor }),
            _ => throw new ArgumentException("This command is no admin's.", nameof(command)),
        });
        return answer.Refusal is null ? Done(answer.Balance) : new(null, answer.Refusal);
    }

    private static string? ReasonOf(ICreditCommand command) => command switch
    {
        GrantCredits grant => grant.Reason,
        RefundCharge refund => refund.Reason,
        AdjustCredits adjust => adjust.Reason,
        FreezeAccount freeze => freeze.Reason,
        _ => null,
    };

    private ICreditAccountGrain Account(Guid workspaceId) => GrainFactory.GetGrain<ICreditAccountGrain>(workspaceId);

    private static string Workspace(Guid id) => $"workspace/{id}";

    private static AdminAnswer<T> Done<T>(T value)
        where T : class => new(value, null);
}
