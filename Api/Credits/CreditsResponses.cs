using Ax2.Http;

namespace Ax2.Credits;

/// <param name="Posted">All credits, held ones included.</param>
/// <param name="Held">Kept for jobs that run.</param>
/// <param name="Available">What a new job may use.</param>
internal sealed record CreditsResponse(long Posted, long Held, long Available)
{
    internal static CreditsResponse From(CreditBalance balance) =>
        new(balance.PostedCredits, balance.HeldCredits, balance.AvailableCredits);
}

/// <param name="Entries">Of a kind or hold there may be fewer than asked for, or none, before the last page.</param>
/// <param name="NextCursor">Null on the last page.</param>
internal sealed record EntryPageResponse(IEnumerable<EntryResponse> Entries, string? NextCursor)
{
    internal static EntryPageResponse From(CreditEntryPage page) => new(
        page.Entries.Select(EntryResponse.From), PageCursor.Write(page.NextBefore));
}

/// <param name="AvailableChange">What it did to the available credits.</param>
/// <param name="Consumed">Credits that were used up by it.</param>
/// <param name="Balance">After it.</param>
/// <param name="Hash">SHA-256 over this entry and the hash before it, in hexadecimal.</param>
internal sealed record EntryResponse(
    long Sequence,
    DateTimeOffset OccurredAt,
    EntryKind Kind,
    long AvailableChange,
    long HeldChange,
    long Consumed,
    CreditsResponse Balance,
    string? OperationId,
    Guid? HoldId,
    long? GrantNumber,
    string? Reason,
    string Hash)
{
    /// <summary>Who of the operators acted stays with the operators.</summary>
    internal static EntryResponse From(CreditEntry entry) => new(
        entry.Sequence, entry.OccurredAt, entry.Kind, entry.Change.Available, entry.Change.Held, entry.Change.Consumed,
        CreditsResponse.From(entry.Balance), entry.OperationId, entry.HoldId, entry.GrantNumber, entry.Reason,
        Convert.ToHexStringLower(entry.Hash.AsSpan()));
}

internal sealed record HoldResponse(Guid HoldId, long Credits, DateTimeOffset OpenedAt, DateTimeOffset ExpiresAt)
{
    internal static HoldResponse From(HoldView hold) => new(hold.HoldId, hold.Credits, hold.OpenedAt, hold.ExpiresAt);
}

internal sealed record GrantResponse(
    long Number,
    CreditCategory Category,
    int Priority,
    long Granted,
    long Remaining,
    long Held,
    DateTimeOffset EffectiveAt,
    DateTimeOffset? ExpiresAt)
{
    internal static GrantResponse From(GrantView grant) => new(
        grant.Number, grant.Category, grant.Priority, grant.GrantedCredits, grant.RemainingCredits, grant.HeldCredits,
        grant.EffectiveAt, grant.ExpiresAt);
}

/// <param name="Entries">Oldest first.</param>
internal sealed record StatementResponse(
    DateTimeOffset From, DateTimeOffset Until, CreditsResponse Opening, IEnumerable<EntryResponse> Entries,
    CreditsResponse Closing)
{
    internal static StatementResponse Of(CreditStatement statement) => new(
        statement.From, statement.Until, CreditsResponse.From(statement.Opening),
        statement.Entries.Select(EntryResponse.From), CreditsResponse.From(statement.Closing));
}
