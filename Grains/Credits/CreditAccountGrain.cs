namespace Ax2.Credits;

/// <summary>
/// Runs the pure <see cref="Ledger"/> one command at a time and answers when the result is stored.
/// </summary>
public sealed class CreditAccountGrain(
    [PersistentState("credit-account")] IPersistentState<CreditAccountState> state) : Grain, ICreditAccountGrain
{
    public Task<CreditBalance> GetBalance() => Task.FromResult(state.State.Balance);

    public Task<CreditAnswer> Grant(GrantCredits command)
    {
        ArgumentNullException.ThrowIfNull(command);
        return Apply(new LedgerCommand.Grant(command.OperationId, command.Credits, command.Reason));
    }

    public Task<CreditAnswer> Reserve(ReserveCredits command)
    {
        ArgumentNullException.ThrowIfNull(command);
        return Apply(new LedgerCommand.Reserve(command.OperationId, command.HoldId, command.Credits));
    }

    public Task<CreditAnswer> Settle(SettleHold command)
    {
        ArgumentNullException.ThrowIfNull(command);
        return Apply(new LedgerCommand.Settle(command.OperationId, command.HoldId, command.Credits));
    }

    public Task<CreditAnswer> Release(ReleaseHold command)
    {
        ArgumentNullException.ThrowIfNull(command);
        return Apply(new LedgerCommand.Release(command.OperationId, command.HoldId));
    }

    private async Task<CreditAnswer> Apply(LedgerCommand command)
    {
        var (next, answer) = Ledger.Apply(state.State, command);
        if (!ReferenceEquals(next, state.State))
        {
            await this.Save(state, next);
        }

        return answer;
    }
}
