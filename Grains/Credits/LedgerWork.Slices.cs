using System.Collections.Immutable;

namespace Ax2.Credits;

internal sealed partial class LedgerWork
{
    /// <summary>Takes available credits in burn order. The caller knows that there are enough.</summary>
    private ImmutableArray<HoldSlice> Burn(long credits, bool keepAsHeld)
    {
        var slices = ImmutableArray.CreateBuilder<HoldSlice>();
        for (var i = 0; credits > 0; i++)
        {
            var grant = _grants[i];
            var taken = Math.Min(credits, grant.RemainingCredits);
            if (taken == 0)
            {
                continue;
            }

            credits -= taken;
            slices.Add(new HoldSlice(grant.Number, taken));
            Change(i, grant with
            {
                RemainingCredits = grant.RemainingCredits - taken,
                HeldCredits = grant.HeldCredits + (keepAsHeld ? taken : 0),
            });
        }

        _grants.RemoveAll(grant => !grant.IsOpen);
        return slices.DrainToImmutable();
    }

    /// <summary>
    /// Ends the hold: <paramref name="used"/> credits are gone, in burn order; the rest goes back to the grants that it
    /// came from, and what expired meanwhile expires now. The entry of the end itself is booked already.
    /// </summary>
    private void Resolve(CreditHold hold, HoldStatus status, long used, DateTimeOffset at)
    {
        Put(hold with { Status = status, ChargedCredits = used });
        _openHolds--;
        foreach (var slice in hold.Slices)
        {
            var consumed = Math.Min(used, slice.Credits);
            used -= consumed;
            Return(slice, slice.Credits - consumed, hold.HoldId, at);
        }
    }

    private void Return(HoldSlice slice, long credits, Guid holdId, DateTimeOffset at)
    {
        var grant = Find(slice.GrantNumber)
            ?? throw new InvalidOperationException(
                $"Grant {slice.GrantNumber} was removed while a hold had credits of it.");
        Put(grant with
        {
            HeldCredits = grant.HeldCredits - slice.Credits,
            RemainingCredits = grant.IsExpired ? 0 : grant.RemainingCredits + credits,
        });
        Forfeit(grant, grant.IsExpired ? credits : 0, holdId, at);
    }

    private void Open(CreditGrant grant)
    {
        _changedGrants[grant.Number] = grant;
        var index = _grants.FindIndex(other => CreditGrant.BurnOrder(other, grant) > 0);
        _grants.Insert(index < 0 ? _grants.Count : index, grant);
        NoteDue(grant.IsEffective ? grant.ExpiresAt : grant.EffectiveAt);
    }

    private CreditGrant? Find(long number) => _grants.Find(grant => grant.Number == number);

    private void Put(CreditGrant grant)
    {
        var index = _grants.FindIndex(other => other.Number == grant.Number);
        Change(index, grant);
        if (!grant.IsOpen)
        {
            _grants.RemoveAt(index);
        }
    }

    private void Change(int index, CreditGrant grant)
    {
        _grants[index] = grant;
        _changedGrants[grant.Number] = grant;
    }
}
