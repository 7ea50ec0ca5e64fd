using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Ax2.Credits;

/// <summary>
/// The chain: SHA-256 over the hash before and the entry's fields, which no later hand can change unseen. The text is
/// the one that <c>sql/audit/hash_chain.sql</c> builds from the row.
/// </summary>
internal static class EntryHash
{
    /// <summary>No field can hold it: <see cref="LedgerText"/> refuses control characters.</summary>
    private const char Separator = '\u001f';

    internal static ImmutableArray<byte> Of(Guid accountId, CreditEntry entry, ImmutableArray<byte> before)
    {
        var change = entry.Change;
        var micros = (entry.OccurredAt.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
        var text = string.Create(CultureInfo.InvariantCulture,
            $"{accountId:D}{Separator}{entry.Sequence}{Separator}{micros}{Separator}{entry.Kind}{Separator}" +
            $"{entry.OperationId}{Separator}{entry.HoldId:D}{Separator}{entry.GrantNumber}{Separator}" +
            $"{change.Available}{Separator}{change.Held}{Separator}{change.Issued}{Separator}{change.Consumed}" +
            $"{Separator}{change.Expired}{Separator}{change.Refunded}{Separator}{entry.Balance.AvailableCredits}" +
            $"{Separator}{entry.Balance.HeldCredits}{Separator}{entry.Actor}{Separator}{entry.Reason}");
        var input = new byte[before.Length + Encoding.UTF8.GetMaxByteCount(text.Length)];
        before.CopyTo(input);
        var length = before.Length + Encoding.UTF8.GetBytes(text, input.AsSpan(before.Length));
        return ImmutableArray.Create(SHA256.HashData(input.AsSpan(0, length)));
    }
}
