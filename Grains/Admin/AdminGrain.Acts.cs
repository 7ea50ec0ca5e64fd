using Ax2.Users;
using Microsoft.Extensions.Logging;

namespace Ax2.Admin;

/// <summary>
/// The intent is durable before the act, so nothing an admin did can be missing from the log; the outcome follows it.
/// A fault in between leaves an intent without outcome, and the repeat that the caller owes is an act of its own, which
/// the operation id keeps from taking effect twice.
/// </summary>
public sealed partial class AdminGrain
{
    /// <summary>With the prefix it is still an operation id, and a name in a target.</summary>
    private const int MaxKeyLength = 150;

    /// <param name="Content">JSON: what is asked.</param>
    /// <param name="Refusal">Why it is not even tried. What cannot be stored as a text is not audited.</param>
    private sealed record Act(string Action, string Target, string Content, Refusal? Refusal = null);

    /// <summary>Carries out an act between its two records.</summary>
    private async Task<AdminAnswer<T>> Run<T>(
        AdminCall call, Act act, Func<Guid, Task<AdminAnswer<T>>> carryOut, Func<T, string> describe)
        where T : class
    {
        if (await Authorize(call) is not { } admin)
        {
            return Stranger<T>();
        }

        if (act.Refusal is { } refusal)
        {
            return new AdminAnswer<T>(null, refusal);
        }

        var now = time.GetUtcNow();
        var intent = new AuditRecord(
            Guid.CreateVersion7(now), AuditPhase.Intent, now, admin.ToString(), act.Action, act.Target, call.Address,
            act.Content);
        await audit.AppendAsync(intent, CancellationToken.None);
        var answer = await carryOut(admin);
        var outcome = intent with
        {
            Phase = AuditPhase.Outcome,
            At = time.GetUtcNow(),
            Content = answer.Value is { } value ? describe(value) : AuditContent.Of("refusal", answer.Refusal!.Code),
        };
        await audit.AppendAsync(outcome, CancellationToken.None);
        LogAct(admin, act.Action, act.Target, answer.Refusal?.Code);
        return answer;
    }

    /// <summary>For what concerns no customer: the log need not say who looked.</summary>
    private async Task<AdminAnswer<T>> Look<T>(AdminCall call, Refusal? refusal, Func<Task<T>> read)
        where T : class
    {
        if (await Authorize(call) is null)
        {
            return Stranger<T>();
        }

        return refusal is null ? Done(await read()) : new AdminAnswer<T>(null, refusal);
    }

    /// <summary>
    /// The admin's user id, or null. The role goes by the e-mail address that the user has now, not by what the session
    /// remembers.
    /// </summary>
    private async Task<Guid?> Authorize(AdminCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        if (await GrainFactory.GetGrain<ISessionGrain>(call.SessionId).Get() is not { } session)
        {
            return null;
        }

        var profile = await GrainFactory.GetGrain<IUserGrain>(session.UserId).GetProfile();
        if (profile is not null && role.IsHeldBy(profile))
        {
            return session.UserId;
        }

        LogStranger(session.UserId, call.Address);
        return null;
    }

    private static AdminAnswer<T> Stranger<T>()
        where T : class => new(null, new Refusal(AdminRefusals.NotAdmin, "This is for admins only."));

    [LoggerMessage(2450, LogLevel.Information, "Admin {UserId}: {Action} on {Target}, refused as {Refusal}.")]
    private partial void LogAct(Guid userId, string action, string target, string? refusal);

    [LoggerMessage(2451, LogLevel.Warning, "User {UserId} at {Address} asked for what only admins may do.")]
    private partial void LogStranger(Guid userId, string address);
}
