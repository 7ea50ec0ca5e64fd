using System.Text.Json.Serialization;

namespace Ax2.Credits;

/// <summary>
/// What can happen to an account. Everything but the operation id is the content that a repeat is compared with; a
/// field that is added later needs a default that means what its absence meant.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "command")]
[JsonDerivedType(typeof(GrantCredits), "grant")]
[JsonDerivedType(typeof(ReserveCredits), "reserve")]
[JsonDerivedType(typeof(ExtendHold), "extend_hold")]
[JsonDerivedType(typeof(SettleHold), "settle")]
[JsonDerivedType(typeof(ReleaseHold), "release")]
[JsonDerivedType(typeof(RefundCharge), "refund")]
[JsonDerivedType(typeof(AdjustCredits), "adjust")]
[JsonDerivedType(typeof(FreezeAccount), "freeze")]
[JsonDerivedType(typeof(CloseAccount), "close")]
public interface ICreditCommand
{
    /// <summary>1 to 200 characters without control characters. Unique in the account, forever.</summary>
    string OperationId { get; }
}

/// <summary>Makes a hold or refers to one.</summary>
public interface IHoldCommand : ICreditCommand
{
    Guid HoldId { get; }
}

/// <summary>The ledger's entry says why it was given, and by whom.</summary>
public interface IAuditedCommand : ICreditCommand
{
    string? Reason { get; }

    string? Actor { get; }
}

/// <param name="Credits">Whole credits, greater than zero.</param>
/// <param name="Reason">For the statement, for example <c>welcome</c>.</param>
/// <param name="Priority">Lower numbers are used first; among equals what expires earlier, then what is older.</param>
/// <param name="EffectiveAt">Null is now.</param>
/// <param name="ExpiresAt">Null is never. From this moment on the credits cannot be used.</param>
/// <param name="Actor">Who granted it, when a person did.</param>
[GenerateSerializer, Alias("ax2.GrantCredits"), Immutable]
public sealed record GrantCredits(
    [property: Id(0)] string OperationId,
    [property: Id(1)] long Credits,
    [property: Id(2)] string Reason,
    [property: Id(3)] CreditCategory Category = CreditCategory.Paid,
    [property: Id(4)] int Priority = 0,
    [property: Id(5)] DateTimeOffset? EffectiveAt = null,
    [property: Id(6)] DateTimeOffset? ExpiresAt = null,
    [property: Id(7)] string? Actor = null) : IAuditedCommand;

/// <summary>Where granted credits come from. Stored by name.</summary>
public enum CreditCategory
{
    Paid,
    Promotional,
    Compensation,
}

/// <param name="HoldId">Chosen by the caller, and never used again in this account.</param>
/// <param name="Life">How long the hold lives, by the server's clock. Null is the service's default.</param>
[GenerateSerializer, Alias("ax2.ReserveCredits"), Immutable]
public sealed record ReserveCredits(
    [property: Id(0)] string OperationId,
    [property: Id(1)] Guid HoldId,
    [property: Id(2)] long Credits,
    [property: Id(3)] TimeSpan? Life = null) : IHoldCommand;

/// <param name="Life">From now on. Null is the service's default.</param>
[GenerateSerializer, Alias("ax2.ExtendHold"), Immutable]
public sealed record ExtendHold(
    [property: Id(0)] string OperationId,
    [property: Id(1)] Guid HoldId,
    [property: Id(2)] TimeSpan? Life = null) : IHoldCommand;

/// <param name="Credits">What was used: one to the whole hold. What used nothing is released.</param>
[GenerateSerializer, Alias("ax2.SettleHold"), Immutable]
public sealed record SettleHold(
    [property: Id(0)] string OperationId,
    [property: Id(1)] Guid HoldId,
    [property: Id(2)] long Credits) : IHoldCommand;

[GenerateSerializer, Alias("ax2.ReleaseHold"), Immutable]
public sealed record ReleaseHold(
    [property: Id(0)] string OperationId,
    [property: Id(1)] Guid HoldId) : IHoldCommand;

[GenerateSerializer, Alias("ax2.RefundCharge"), Immutable]
public sealed record RefundCharge(
    [property: Id(0)] string OperationId,
    [property: Id(1)] Guid HoldId,
    [property: Id(2)] long Credits,
    [property: Id(3)] string Reason,
    [property: Id(4)] string? Actor = null) : IHoldCommand, IAuditedCommand;

/// <param name="Credits">Added when positive, taken when negative.</param>
[GenerateSerializer, Alias("ax2.AdjustCredits"), Immutable]
public sealed record AdjustCredits(
    [property: Id(0)] string OperationId,
    [property: Id(1)] long Credits,
    [property: Id(2)] string Actor,
    [property: Id(3)] string Reason) : IAuditedCommand;

/// <param name="IsFrozen">False thaws the account.</param>
[GenerateSerializer, Alias("ax2.FreezeAccount"), Immutable]
public sealed record FreezeAccount(
    [property: Id(0)] string OperationId,
    [property: Id(1)] bool IsFrozen,
    [property: Id(2)] string Actor,
    [property: Id(3)] string Reason) : IAuditedCommand;

[GenerateSerializer, Alias("ax2.CloseAccount"), Immutable]
public sealed record CloseAccount(
    [property: Id(0)] string OperationId,
    [property: Id(1)] string Actor,
    [property: Id(2)] string Reason) : IAuditedCommand;
