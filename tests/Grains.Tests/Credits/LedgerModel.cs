namespace Ax2.Credits;

/// <summary>
/// The same rules, written naively and apart from the ledger: every credit is an object of its own with a status,
/// and time goes on tick by tick. A tick is one second.
/// </summary>
internal sealed class LedgerModel
{
    private readonly List<Credit> credits = [];
    private readonly List<Lot> lots = [];
    private readonly Dictionary<Guid, Hold> holds = [];
    private readonly Dictionary<string, (ICreditCommand Command, CreditAnswer Answer)> answers = [];
    private bool isFrozen;
    private int now;

    internal CreditBalance Balance =>
        new(Count(CreditStatus.Available) + Count(CreditStatus.Held), Count(CreditStatus.Held));

    internal int Count(CreditStatus status) => credits.Count(c => c.Status == status);

    internal void Advance(int ticks)
    {
        for (var i = 0; i < ticks; i++)
        {
            now++;
            lots.Where(l => l.Begin == now).ToList().ForEach(Issue);
            foreach (var hold in holds.Values.Where(h => h.IsOpen && h.End == now).OrderBy(h => h.Number))
            {
                GiveBack(hold);
            }

            foreach (var credit in credits.Where(c => c.Status == CreditStatus.Available && c.Lot.End == now))
            {
                credit.Status = CreditStatus.Expired;
            }
        }
    }

    internal CreditAnswer Send(ICreditCommand command)
    {
        if (answers.TryGetValue(command.OperationId, out var known))
        {
            return known.Command.Equals(command) ? known.Answer : new CreditAnswer(Balance, Code("operation_conflict"));
        }

        var code = command switch
        {
            GrantCredits c => Grant(c),
            ReserveCredits c => Reserve(c),
            ExtendHold c => Extend(c),
            SettleHold c => Settle(c),
            ReleaseHold c => Release(c),
            RefundCharge c => Refund(c),
            AdjustCredits c => Adjust(c),
            FreezeAccount c => Freeze(c),
            _ => throw new InvalidOperationException(),
        };
        var answer = new CreditAnswer(Balance, code is null ? null : Code(code));
        answers.Add(command.OperationId, (command, answer));
        return answer;
    }

    private static Refusal Code(string code) => new(code, "");

    private string? Grant(GrantCredits c)
    {
        var begin = c.EffectiveAt is { } at ? Math.Max(Tick(at), now) : now;
        var end = c.ExpiresAt is { } until ? Tick(until) : int.MaxValue;
        if (c.Credits <= 0)
        {
            return "credit_amount_invalid";
        }

        if (end <= begin)
        {
            return "credit_time_invalid";
        }

        Add(new Lot(c.Credits, c.Priority, begin, end, lots.Count));
        return null;
    }

    private void Add(Lot lot)
    {
        lots.Add(lot);
        if (lot.Begin == now)
        {
            Issue(lot);
        }
    }

    private void Issue(Lot lot)
    {
        for (var i = 0; i < lot.Credits; i++)
        {
            credits.Add(new Credit(lot));
        }
    }

    private List<Credit> NextToBurn(long count) =>
        [.. credits.Where(c => c.Status == CreditStatus.Available)
            .OrderBy(c => c.Lot.Priority).ThenBy(c => c.Lot.End).ThenBy(c => c.Lot.Number).Take((int)count)];

    private string? Reserve(ReserveCredits c)
    {
        if (isFrozen)
        {
            return "account_frozen";
        }

        if (c.Credits <= 0)
        {
            return "credit_amount_invalid";
        }

        if (holds.ContainsKey(c.HoldId))
        {
            return "hold_exists";
        }

        if (c.Credits > Count(CreditStatus.Available))
        {
            return "credits_insufficient";
        }

        var taken = NextToBurn(c.Credits);
        taken.ForEach(credit => credit.Status = CreditStatus.Held);
        holds.Add(c.HoldId, new Hold(taken, holds.Count) { End = now + (int)c.Life!.Value.TotalSeconds });
        return null;
    }

    private string? Extend(ExtendHold c) => OnOpen(c.HoldId, hold =>
    {
        hold.End = Math.Max(hold.End, now + (int)c.Life!.Value.TotalSeconds);
        return null;
    });

    private string? Settle(SettleHold c) => OnOpen(c.HoldId, hold =>
    {
        if (c.Credits <= 0)
        {
            return "credit_amount_invalid";
        }

        if (c.Credits > hold.Credits.Count)
        {
            return "settle_above_hold";
        }

        hold.Credits.Take((int)c.Credits).ToList().ForEach(credit => credit.Status = CreditStatus.Consumed);
        hold.Charged = c.Credits;
        GiveBack(hold);
        return null;
    });

    private string? Release(ReleaseHold c) => OnOpen(c.HoldId, hold =>
    {
        GiveBack(hold);
        return null;
    });

    private string? OnOpen(Guid id, Func<Hold, string?> act) =>
        !holds.TryGetValue(id, out var hold) ? "hold_unknown" : hold.IsOpen ? act(hold) : "hold_resolved";

    private void GiveBack(Hold hold)
    {
        hold.IsOpen = false;
        foreach (var credit in hold.Credits.Where(c => c.Status == CreditStatus.Held))
        {
            // What comes back at the last tick, by the hold's own end, is swept up right after.
            credit.Status = credit.Lot.End <= now ? CreditStatus.Expired : CreditStatus.Available;
        }
    }

    private string? Refund(RefundCharge c)
    {
        if (c.Credits <= 0)
        {
            return "credit_amount_invalid";
        }

        if (!holds.TryGetValue(c.HoldId, out var hold))
        {
            return "hold_unknown";
        }

        if (hold.IsOpen)
        {
            return "hold_open";
        }

        if (c.Credits > hold.Charged)
        {
            return "refund_above_charge";
        }

        hold.Charged -= c.Credits;
        Add(new Lot(c.Credits, 0, now, int.MaxValue, lots.Count));
        return null;
    }

    private string? Adjust(AdjustCredits c)
    {
        if (c.Credits == 0)
        {
            return "credit_amount_invalid";
        }

        if (-c.Credits > Count(CreditStatus.Available))
        {
            return "credits_insufficient";
        }

        if (c.Credits > 0)
        {
            Add(new Lot(c.Credits, 0, now, int.MaxValue, lots.Count));
        }

        NextToBurn(Math.Max(0, -c.Credits)).ForEach(credit => credit.Status = CreditStatus.TakenBack);
        return null;
    }

    private string? Freeze(FreezeAccount c)
    {
        isFrozen = c.IsFrozen;
        return null;
    }

    private static int Tick(DateTimeOffset time) => (int)(time - LedgerDriver.Start).TotalSeconds;

    internal enum CreditStatus
    {
        Available,
        Held,
        Consumed,
        Expired,
        TakenBack,
    }

    private sealed record Lot(long Credits, int Priority, int Begin, int End, int Number);

    private sealed class Credit(Lot lot)
    {
        public Lot Lot => lot;

        public CreditStatus Status { get; set; }
    }

    private sealed class Hold(List<Credit> credits, int number)
    {
        public List<Credit> Credits => credits;

        public int Number => number;

        public int End { get; set; }

        public bool IsOpen { get; set; } = true;

        public long Charged { get; set; }
    }
}
