using Ax2.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ax2.Credits;

/// <summary>Which page of the ledger, and which of its entries.</summary>
/// <param name="Cursor">From the page before; left out, the newest.</param>
/// <param name="Kind">
/// As the entries have it. A text, because the framework would want the name of our own type.
/// </param>
internal sealed record EntryPageRequest(
    string? Cursor = null,
    int Limit = EntryPageRequest.DefaultLimit,
    string? Kind = null,
    Guid? HoldId = null,
    DateTimeOffset? From = null,
    DateTimeOffset? Until = null)
{
    internal const int MaxLimit = 200;
    private const int DefaultLimit = 50;

    /// <summary>Exactly one of the two is set.</summary>
    internal (CreditEntryQuery? Query, ProblemHttpResult? Problem) Read()
    {
        if (Limit is < 1 or > MaxLimit)
        {
            return (null, Problems.From(Problems.LimitInvalid, $"limit is 1 to {MaxLimit}."));
        }

        if (!TryReadKind(out var kind))
        {
            return (null, Problems.From(Problems.RequestMalformed, "There is no such kind of entry."));
        }

        return PageCursor.TryRead(Cursor, out var before)
            ? (new CreditEntryQuery(Limit, before, kind, HoldId, From, Until), null)
            : (null, Problems.From(Problems.CursorInvalid, "This cursor did not come from this list."));
    }

    /// <summary>A name in any case, and never a number.</summary>
    private bool TryReadKind(out EntryKind? kind)
    {
        var name = Enum.GetNames<EntryKind>().FirstOrDefault(n => n.Equals(Kind, StringComparison.OrdinalIgnoreCase));
        kind = name is null ? null : Enum.Parse<EntryKind>(name);
        return Kind is null || name is not null;
    }
}
