using System.Collections.Immutable;

namespace Ax2.Credits;

/// <summary>The grants of one account while commands are folded into it.</summary>
internal sealed class LedgerGrants(ImmutableArray<CreditGrant> before)
{
    private readonly List<CreditGrant> _open = [.. before];
    private readonly Dictionary<long, CreditGrant> _changed = [];

    /// <summary>In burn order.</summary>
    internal IReadOnlyList<CreditGrant> Open => _open;

    internal IReadOnlyCollection<CreditGrant> Changed => _changed.Values;

    internal CreditGrant? Find(long number) => _open.Find(grant => grant.Number == number);

    internal void Add(CreditGrant grant)
    {
        _changed[grant.Number] = grant;
        var index = _open.FindIndex(other => CreditGrant.BurnOrder(other, grant) > 0);
        _open.Insert(index < 0 ? _open.Count : index, grant);
    }

    internal void Replace(CreditGrant grant)
    {
        var index = _open.FindIndex(other => other.Number == grant.Number);
        Set(index, grant);
        if (!grant.IsOpen)
        {
            _open.RemoveAt(index);
        }
    }

    /// <summary>Takes available credits in burn order. The caller knows that there are enough.</summary>
    internal ImmutableArray<HoldSlice> Burn(long credits, bool keepAsHeld)
    {
        var slices = ImmutableArray.CreateBuilder<HoldSlice>();
        for (var i = 0; credits > 0; i++)
        {
            var grant = _open[i];
            var taken = Math.Min(credits, grant.RemainingCredits);
            if (taken == 0)
            {
                continue;
            }

            credits -= taken;
            slices.Add(new HoldSlice(grant.Number, taken));
            Set(i, grant with
            {
                RemainingCredits = grant.RemainingCredits - taken,
                HeldCredits = grant.HeldCredits + (keepAsHeld ? taken : 0),
            });
        }

        _open.RemoveAll(grant => !grant.IsOpen);
        return slices.DrainToImmutable();
    }

    private void Set(int index, CreditGrant grant)
    {
        _open[index] = grant;
        _changed[grant.Number] = grant;
    }
}
