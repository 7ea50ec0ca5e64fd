using System.Collections.Immutable;

namespace Ax2.Credits;

/// <summary>
/// The credits of one workspace. Key: the workspace id. Every command carries an operation id: repeating it with the
/// same content changes nothing and gives the first answer again, refusals included; with other content it is refused
/// with <see cref="CreditRefusals.OperationConflict"/>. An answer is durable before it is given.
/// Available credits never go below zero, and a hold is resolved once: settled or released.
/// </summary>
[Alias("ax2.ICreditAccountGrain")]
public interface ICreditAccountGrain : IGrainWithGuidKey
{
    /// <summary>The last durable balance. A workspace that nobody touched has zeros.</summary>
    [Alias("GetBalance")]
    Task<CreditBalance> GetBalance();

    /// <summary>Adds credits. Refusals: <see cref="CreditRefusals.AmountInvalid"/>.</summary>
    [Alias("Grant")]
    Task<CreditAnswer> Grant(GrantCredits command);

    /// <summary>
    /// Holds credits for a job. Refusals: <see cref="CreditRefusals.Insufficient"/> with the figures
    /// <c>requiredCredits</c>, <c>availableCredits</c> and <c>shortfallCredits</c>.
    /// </summary>
    [Alias("Reserve")]
    Task<CreditAnswer> Reserve(ReserveCredits command);

    /// <summary>
    /// Takes what was used from the hold and returns the rest in the same step. Refusals:
    /// <see cref="CreditRefusals.HoldUnknown"/>, <see cref="CreditRefusals.HoldResolved"/>,
    /// <see cref="CreditRefusals.AboveHold"/>.
    /// </summary>
    [Alias("Settle")]
    Task<CreditAnswer> Settle(SettleHold command);

    /// <summary>
    /// Returns the whole hold. Refusals: <see cref="CreditRefusals.HoldUnknown"/>,
    /// <see cref="CreditRefusals.HoldResolved"/>.
    /// </summary>
    [Alias("Release")]
    Task<CreditAnswer> Release(ReleaseHold command);
}

/// <param name="Credits">Whole credits, greater than zero.</param>
/// <param name="Reason">For the statement, for example <c>welcome</c>.</param>
[GenerateSerializer, Alias("ax2.GrantCredits"), Immutable]
public sealed record GrantCredits(
    [property: Id(0)] string OperationId,
    [property: Id(1)] long Credits,
    [property: Id(2)] string Reason);

[GenerateSerializer, Alias("ax2.ReserveCredits"), Immutable]
public sealed record ReserveCredits(
    [property: Id(0)] string OperationId,
    [property: Id(1)] Guid HoldId,
    [property: Id(2)] long Credits);

/// <param name="Credits">What was used: zero to the whole hold.</param>
[GenerateSerializer, Alias("ax2.SettleHold"), Immutable]
public sealed record SettleHold(
    [property: Id(0)] string OperationId,
    [property: Id(1)] Guid HoldId,
    [property: Id(2)] long Credits);

[GenerateSerializer, Alias("ax2.ReleaseHold"), Immutable]
public sealed record ReleaseHold(
    [property: Id(0)] string OperationId,
    [property: Id(1)] Guid HoldId);

/// <summary>Posted = Available + Held, always.</summary>
[GenerateSerializer, Alias("ax2.CreditBalance"), Immutable]
public sealed record CreditBalance(
    [property: Id(0)] long PostedCredits,
    [property: Id(1)] long HeldCredits)
{
    public static readonly CreditBalance Zero = new(0, 0);
    public long AvailableCredits => PostedCredits - HeldCredits;
}

/// <summary>The balance after the command. <see cref="Refusal"/> is null when it was carried out.</summary>
[GenerateSerializer, Alias("ax2.CreditAnswer"), Immutable]
public sealed record CreditAnswer(
    [property: Id(0)] CreditBalance Balance,
    [property: Id(1)] Refusal? Refusal);

/// <summary>What a job would cost and how that was reckoned.</summary>
[GenerateSerializer, Alias("ax2.Quote"), Immutable]
public sealed record Quote(
    [property: Id(0)] int PriceListVersion,
    [property: Id(1)] long TotalCredits,
    [property: Id(2)] ImmutableArray<QuoteLine> Lines);

/// <param name="Item">For example <c>transcription</c>.</param>
/// <param name="Quantity">In units of <paramref name="Unit"/>.</param>
[GenerateSerializer, Alias("ax2.QuoteLine"), Immutable]
public sealed record QuoteLine(
    [property: Id(0)] string Item,
    [property: Id(1)] long Quantity,
    [property: Id(2)] string Unit,
    [property: Id(3)] long Credits);

/// <summary>Stable codes of <see cref="Refusal.Code"/> in this slice.</summary>
public static class CreditRefusals
{
    public const string Insufficient = "credits_insufficient";
    public const string AmountInvalid = "credit_amount_invalid";
    public const string HoldUnknown = "hold_unknown";
    public const string HoldResolved = "hold_resolved";
    public const string AboveHold = "settle_above_hold";
    public const string OperationConflict = "operation_conflict";
}
