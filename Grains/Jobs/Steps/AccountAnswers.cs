using Ax2.Credits;

namespace Ax2.Jobs.Steps;

internal static class AccountAnswers
{
    /// <summary>"Busy" is the one refusal that is no outcome: nothing was decided, so the step fails.</summary>
    internal static async Task<CreditAnswer> ThrowIfBusy(this Task<CreditAnswer> call)
    {
        var answer = await call;
        return answer.Refusal?.Code == CreditRefusals.AccountBusy
            ? throw new AccountBusyException(answer.Refusal.Message)
            : answer;
    }
}

internal sealed class AccountBusyException(string message) : Exception(message);
