using System.Collections.Immutable;

namespace Ax2.Credits;

/// <summary>The refusals that several commands share; null where there is nothing to refuse.</summary>
internal static class LedgerRefusals
{
    internal static Refusal HoldUnknown => new(CreditRefusals.HoldUnknown, "There is no hold with this id.");

    internal static Refusal? Amount(long credits) => credits <= 0 ? AmountInvalid(credits) : null;

    internal static Refusal AmountInvalid(long credits) =>
        new(CreditRefusals.AmountInvalid, $"{credits} is not an amount of credits that can be booked.");

    internal static Refusal? Insufficient(long required, long available) => required <= available
        ? null
        : new Refusal(
            CreditRefusals.Insufficient,
            $"This takes {required} credits, and {available} are available.",
            ImmutableDictionary<string, long>.Empty
                .Add("requiredCredits", required)
                .Add("availableCredits", available)
                .Add("shortfallCredits", required - available));

    internal static Refusal? Above(string code, string asked, long credits, string limit, long limitCredits) =>
        credits <= limitCredits
            ? null
            : new Refusal(
                code,
                $"{credits} credits are more than the {limitCredits} that this hold allows.",
                ImmutableDictionary<string, long>.Empty.Add(asked, credits).Add(limit, limitCredits));
}
