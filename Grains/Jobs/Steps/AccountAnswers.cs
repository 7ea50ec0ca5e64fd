using Ax2.Credits;

namespace Ax2.Jobs.Steps;

/// <summary>"Busy" is the one refusal that is no outcome: nothing was decided, and the step is tried again.</summary>
internal static class AccountAnswers
{
    internal static async Task<CreditAnswer> Decided(this Task<CreditAnswer> call)
    {
        var answer = await call;
        return answer.Refusal?.Code == CreditRefusals.AccountBusy
            ? throw new AccountBusyException(answer.Refusal.Message)
            : answer;
    }
}

internal sealed class AccountBusyException(string message) : Exception(message);
