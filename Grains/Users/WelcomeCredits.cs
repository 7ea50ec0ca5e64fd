using Ax2.Credits;
using Microsoft.Extensions.Options;

namespace Ax2.Users;

/// <summary>The credits that a new user gets once.</summary>
public sealed class WelcomeCredits(
    IGrainFactory grains, IOptions<AccountOptions> accounts, IOptions<PriceListOptions> prices)
{
    internal bool IsDueTo(UserState user) =>
        !user.IsWelcomed && (user.IsEmailVerified || !accounts.Value.WelcomeNeedsVerification);

    /// <summary>False when the account is busy. The operation id makes a repeat safe.</summary>
    internal async Task<bool> TryGrant(Guid workspaceId)
    {
        if (prices.Value.WelcomeCredits <= 0)
        {
            return true;
        }

        var answer = await grains.GetGrain<ICreditAccountGrain>(workspaceId).Grant(new GrantCredits(
            "welcome", prices.Value.WelcomeCredits, "welcome", CreditCategory.Promotional));
        return answer.Refusal?.Code != CreditRefusals.AccountBusy;
    }
}
