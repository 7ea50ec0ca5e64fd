using System.Collections.Immutable;
using Ax2.Users.Emails;
using Ax2.Users;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ax2.Deletion;

/// <summary>
/// Drives the deletion of an account. It calls the user and everything that is the user's; nothing of that calls it.
/// Whether the account is to be deleted is in the user's state; this one holds what an erasure under way needs.
/// </summary>
public sealed partial class AccountDeletionGrain(
    [StoredState("account-deletion")] StoredState<AccountDeletionState> state,
    Erasure erasure,
    IDeletionLog deletionLog,
    UserEmails emails,
    SecurityLog securityLog,
    IOptions<AccountOptions> options,
    TimeProvider time,
    ILogger<AccountDeletionGrain> logger) : Grain, IAccountDeletionGrain, IRemindable
{
    private const string Reminder = "delete";

    /// <summary>How late the erasure may begin.</summary>
    private static readonly TimeSpan WaitPeriod = TimeSpan.FromHours(1);

    /// <summary>
    /// How soon an erasure that a crash or a live job held up goes on: the shortest that Orleans supports.
    /// </summary>
    private static readonly TimeSpan WorkPeriod = TimeSpan.FromMinutes(1);

    private Guid Id => this.GetPrimaryKey();

    private IInternalUserGrain User => GrainFactory.GetGrain<IInternalUserGrain>(Id);

    public async Task<DeletionAnswer> Request(
        string password, Device device, CancellationToken cancellationToken)
    {
        var grace = options.Value.DeletionGrace;
        await this.RegisterOrUpdateReminder(
            Reminder, grace < WaitPeriod ? grace : WaitPeriod, WaitPeriod, cancellationToken);
        var answer = await User.BeginDeletion(password, device, cancellationToken);
        if (answer.DueAt is not null)
        {
            await GrainFactory.GetGrain<IUserSessionsGrain>(Id).EndAll(null, device);
            await GrainFactory.GetGrain<IUserApiKeysGrain>(Id).RevokeAll(device);
        }

        return answer;
    }

    public Task<bool> Cancel(Device device) => User.CancelDeletion(device);

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (state.Value.Order is null)
        {
            if (await User.BeginErasure() is not { } order)
            {
                await StopUnlessWaiting();
                return;
            }

            // From here on every tick goes on with it, whatever becomes of the user's own state.
            await this.RegisterOrUpdateReminder(Reminder, WorkPeriod, WorkPeriod);
            var begun = new AccountDeletionState
            {
                Order = order,
                Counts = await erasure.CountAsync(Id, order),
                BegunAt = time.GetUtcNow(),
            };
            await state.UpdateAsync(_ => begun);
        }

        await Erase(state.Value, state.Value.Order!);
    }

    private async Task Erase(AccountDeletionState begun, ErasureOrder order)
    {
        await erasure.DeleteCredentialsAsync(Id, order);
        if (!await erasure.DeleteWorkAsync(order.HomeWorkspaceId) || !await erasure.CloseCreditsAsync(Id, order))
        {
            LogWaiting(Id);
            return;
        }

        await deletionLog.AppendAsync(
            new DeletionRecord(
                Id, EmailAddress.GrainKey(order.Email), order.RequestedAt, begun.BegunAt, time.GetUtcNow(),
                begun.Counts),
            // A reminder brings no token.
            CancellationToken.None);
        await erasure.ReleaseAddressAsync(Id, order);
        await emails.EnqueueNotice(EmailKind.Deleted, Id, order.Email, order.Language, order.Change);
        await User.Delete();
        await securityLog.Record(Id, "account_erased", Device.Unknown);
        await state.ClearAsync();
        await this.RemoveReminder(Reminder);
        LogErased(Id);
    }

    private async Task StopUnlessWaiting()
    {
        if (await GrainFactory.GetGrain<IUserGrain>(Id).GetProfile() is not { DeletionDueAt: not null })
        {
            await this.RemoveReminder(Reminder);
        }
    }

    [LoggerMessage(2520, LogLevel.Information, "User {UserId} was erased.")]
    private partial void LogErased(Guid userId);

    [LoggerMessage(2521, LogLevel.Information, "The erasure of user {UserId} waits for a job to end.")]
    private partial void LogWaiting(Guid userId);
}

/// <summary>Stored as JSON; replaced, never changed in place.</summary>
[Confidential]
public sealed record AccountDeletionState
{
    /// <summary>Version of this shape; readers accept every older one.</summary>
    public int V { get; init; } = 1;

    /// <summary>Null until the erasure begins.</summary>
    public ErasureOrder? Order { get; init; }

    /// <summary>What there was to erase.</summary>
    public ImmutableSortedDictionary<string, int> Counts { get; init; } = ImmutableSortedDictionary<string, int>.Empty;
    public DateTimeOffset BegunAt { get; init; }
}
