using Ax2.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ax2.Credits;

/// <summary>Which page of the ledger, and which of its entries.</summary>
/// <param name="Cursor">From the page before; left out, the newest.</param>
internal sealed record EntryPageRequest(
    string? Cursor = null,
    int Limit = EntryPageRequest.DefaultLimit,
    EntryKind? Kind = null,
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

        return PageCursor.TryRead(Cursor, out var before)
            ? (new CreditEntryQuery(Limit, before, Kind, HoldId, From, Until), null)
            : (null, Problems.From(Problems.CursorInvalid, "This cursor did not come from this list."));
    }
}
