using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Unicode;

namespace Ax2.Credits;

/// <summary>
/// The chain: SHA-256 over the hash before and the entry's fields, which no later hand can change unseen. The text is
/// the one that <c>sql/audit/hash_chain.sql</c> builds from the row.
/// </summary>
internal static class EntryHash
{
    /// <summary>No field can hold it: <see cref="LedgerText"/> refuses control characters.</summary>
    private const char Separator = '\u001f';

    /// <summary>Three texts of at most three bytes a character, and numbers.</summary>
    private const int MaxLength = (3 * 3 * LedgerText.MaxLength) + 512;

    internal static ImmutableArray<byte> Of(Guid accountId, CreditEntry entry, ImmutableArray<byte> before)
    {
        var change = entry.Change;
        var micros = (entry.OccurredAt.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
        Span<byte> input = stackalloc byte[MaxLength];
        before.AsSpan().CopyTo(input);
        var isWhole = Utf8.TryWrite(
            input[before.Length..],
            CultureInfo.InvariantCulture,
            $"{accountId:D}{Separator}{entry.Sequence}{Separator}{micros}{Separator}{entry.Kind}{Separator}" +
            $"{entry.OperationId}{Separator}{entry.HoldId:D}{Separator}{entry.GrantNumber}{Separator}" +
            $"{change.Available}{Separator}{change.Held}{Separator}{change.Issued}{Separator}{change.Consumed}" +
            $"{Separator}{change.Expired}{Separator}{change.Refunded}{Separator}{entry.Balance.AvailableCredits}" +
            $"{Separator}{entry.Balance.HeldCredits}{Separator}{entry.Actor}{Separator}{entry.Reason}",
            out var length);
        return isWhole
            ? ImmutableArray.Create(SHA256.HashData(input[..(before.Length + length)]))
            : throw new InvalidOperationException($"Entry {entry.Sequence} is longer than an entry can be.");
    }
}
