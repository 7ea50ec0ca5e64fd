using Microsoft.Extensions.Options;

namespace Ax2.Users;

/// <summary>Section <c>Admin</c>.</summary>
public sealed class AdminOptions
{
    public const string Section = "Admin";

    /// <summary>
    /// The e-mail addresses of those who run the service. Default none: nobody is an admin. An address is whoever's
    /// that signed up with it first, so list it only when its account exists.
    /// </summary>
    public IList<string> Emails { get; } = [];
}

/// <summary>Who is an admin, as the configuration is now: a change takes effect without a restart.</summary>
public sealed class AdminRole(IOptionsMonitor<AdminOptions> options)
{
    public bool IsHeldByAnybody => options.CurrentValue.Emails.Count > 0;

    /// <param name="email">As <see cref="UserProfile.Email"/> has it.</param>
    public bool IsHeldBy(string email) =>
        options.CurrentValue.Emails.Any(admin => EmailAddress.Normalize(admin) == email);
}
