using Microsoft.Extensions.Options;

namespace Ax2.Users;

/// <summary>Section <c>Admin</c>.</summary>
public sealed class AdminOptions
{
    public const string Section = "Admin";

    /// <summary>
    /// The e-mail addresses of those who run the service. It takes an account that has verified the address. Default
    /// none: nobody is an admin.
    /// </summary>
    public IList<string> Emails { get; } = [];
}

/// <summary>Who is an admin, as the configuration is now: a change takes effect without a restart.</summary>
public sealed class AdminRole(IOptionsMonitor<AdminOptions> options)
{
    public bool IsHeldByAnybody => options.CurrentValue.Emails.Count > 0;

    public bool IsHeldBy(UserProfile user)
    {
        ArgumentNullException.ThrowIfNull(user);
        return user.IsEmailVerified
            && options.CurrentValue.Emails.Any(admin => EmailAddress.Normalize(admin) == user.Email);
    }
}
