namespace Ax2.Credits;

/// <summary>
/// The credits of one workspace. Key: the workspace id. Every command carries an operation id: repeating it with the
/// same content changes nothing and gives the first answer again, refusals included; with other content it is refused
/// with <see cref="CreditRefusals.OperationConflict"/>, which names the field. An answer is durable before it is given.
/// Available credits never go below zero, and a hold is resolved once: settled, released or expired.
/// Two refusals are not remembered, because the command was never looked at: <see cref="CreditRefusals.AccountBusy"/>
/// and <see cref="CreditRefusals.TextInvalid"/> for the operation id itself. A closed account refuses every command
/// with <see cref="CreditRefusals.AccountClosed"/>. After an exception the outcome is not known: repeat the command.
/// </summary>
[Alias("ax2.ICreditAccountGrain")]
public interface ICreditAccountGrain : IGrainWithGuidKey
{
    /// <summary>
    /// Adds credits, now or when they become effective. Refusals: <see cref="CreditRefusals.AmountInvalid"/>,
    /// <see cref="CreditRefusals.TimeInvalid"/>.
    /// </summary>
    [Alias("Grant")]
    Task<CreditAnswer> Grant(GrantCredits command);

    /// <summary>
    /// Holds credits for a job. Refusals: <see cref="CreditRefusals.Insufficient"/> with the figures
    /// <c>requiredCredits</c>, <c>availableCredits</c> and <c>shortfallCredits</c>,
    /// <see cref="CreditRefusals.AccountFrozen"/>, <see cref="CreditRefusals.HoldExists"/>.
    /// </summary>
    [Alias("Reserve")]
    Task<CreditAnswer> Reserve(ReserveCredits command);

    /// <summary>
    /// Lets an open hold live until that much from now; it never shortens it. Refusals:
    /// <see cref="CreditRefusals.HoldUnknown"/>, <see cref="CreditRefusals.HoldResolved"/>,
    /// <see cref="CreditRefusals.TimeInvalid"/>.
    /// </summary>
    [Alias("ExtendHold")]
    Task<CreditAnswer> ExtendHold(ExtendHold command);

    /// <summary>
    /// Takes what was used from the hold and returns the rest in the same step. Refusals:
    /// <see cref="CreditRefusals.HoldUnknown"/>, <see cref="CreditRefusals.HoldResolved"/>,
    /// <see cref="CreditRefusals.AboveHold"/>, <see cref="CreditRefusals.AmountInvalid"/>.
    /// </summary>
    [Alias("Settle")]
    Task<CreditAnswer> Settle(SettleHold command);

    /// <summary>
    /// Returns the whole hold. Refusals: <see cref="CreditRefusals.HoldUnknown"/>,
    /// <see cref="CreditRefusals.HoldResolved"/>.
    /// </summary>
    [Alias("Release")]
    Task<CreditAnswer> Release(ReleaseHold command);

    /// <summary>
    /// Gives back what a hold was charged, all or in parts, as new credits. Refusals:
    /// <see cref="CreditRefusals.HoldUnknown"/>, <see cref="CreditRefusals.HoldOpen"/>,
    /// <see cref="CreditRefusals.AboveCharge"/>, <see cref="CreditRefusals.AmountInvalid"/>.
    /// </summary>
    [Alias("Refund")]
    Task<CreditAnswer> Refund(RefundCharge command);

    /// <summary>
    /// An operator's correction. Refusals: <see cref="CreditRefusals.AmountInvalid"/> for zero,
    /// <see cref="CreditRefusals.Insufficient"/>, <see cref="CreditRefusals.TextInvalid"/> without actor or reason.
    /// </summary>
    [Alias("Adjust")]
    Task<CreditAnswer> Adjust(AdjustCredits command);

    /// <summary>A frozen account makes no new holds; what is held can still be resolved.</summary>
    [Alias("Freeze")]
    Task<CreditAnswer> Freeze(FreezeAccount command);

    /// <summary>
    /// The end of the account: what is available expires. Refusals: <see cref="CreditRefusals.HoldOpen"/> while credits
    /// are held.
    /// </summary>
    [Alias("Close")]
    Task<CreditAnswer> Close(CloseAccount command);

    /// <summary>The last durable balance. A workspace that nobody touched has zeros.</summary>
    [Alias("GetBalance"), Idempotent]
    Task<CreditBalance> GetBalance();

    /// <summary>The last durable balance with the grants and holds behind it.</summary>
    [Alias("GetSummary"), Idempotent]
    Task<CreditSummary> GetSummary();

    /// <summary>The ledger, newest entry first.</summary>
    [Alias("ListEntries"), Idempotent]
    Task<CreditEntryPage> ListEntries(CreditEntryQuery query);

    /// <summary>
    /// Opening balance, entries and closing balance of a period; <paramref name="until"/> is not part of it.
    /// </summary>
    [Alias("GetStatement"), Idempotent]
    Task<CreditStatement> GetStatement(DateTimeOffset from, DateTimeOffset until);

    /// <summary>The balance after the last entry at or before a time.</summary>
    [Alias("GetBalanceAt"), Idempotent]
    Task<CreditBalance> GetBalanceAt(DateTimeOffset time);

    /// <summary>Books what has become due: grants that begin or end, holds that ran out of time.</summary>
    [Alias("BookDue")]
    Task BookDue();
}
