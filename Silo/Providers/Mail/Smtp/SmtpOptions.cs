using System.Net;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Ax2.Users;

/// <summary>The mail server that takes our mails. Section <c>Mail:Smtp</c>.</summary>
public sealed class SmtpOptions
{
    public const string Section = "Mail:Smtp";

    /// <summary>Empty: mails do not go by SMTP. Default empty.</summary>
    public string Host { get; set; } = "";

    /// <summary>Default 587.</summary>
    public int Port { get; set; } = 587;

    /// <summary>How the way there is encrypted. Default <see cref="SmtpSecurity.StartTls"/>.</summary>
    public SmtpSecurity Security { get; set; } = SmtpSecurity.StartTls;

    /// <summary>Empty: the server asks for no sign-in. Default empty.</summary>
    public string UserName { get; set; } = "";

    /// <summary>
    /// A file that holds the password; it is read for each mail. Needed with a user name. Default empty.
    /// </summary>
    public string PasswordFile { get; set; } = "";

    /// <summary>The sender, for example <c>AX2 Caption &lt;no-reply@caption.example&gt;</c>. No default.</summary>
    public string From { get; set; } = "";
}

public enum SmtpSecurity
{
    /// <summary>The connection begins in the clear and must be encrypted before anything is said.</summary>
    StartTls,

    /// <summary>Encrypted from the first byte, as on port 465.</summary>
    Tls,

    /// <summary>Only for a server on this machine.</summary>
    None,
}

internal sealed class SmtpRules(IConfiguration configuration) : IValidateOptions<SmtpOptions>
{
    public ValidateOptionsResult Validate(string? name, SmtpOptions options)
    {
        var faults = (options.Host.Length == 0 ? [] : Check(options)).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private IEnumerable<string> Check(SmtpOptions options)
    {
        if (!MailboxAddress.TryParse(options.From, out _))
        {
            yield return $"{SmtpOptions.Section}:From is an e-mail address.";
        }

        if (options.Security == SmtpSecurity.None && !IsThisMachine(options.Host))
        {
            yield return $"{SmtpOptions.Section}:Security may be None on loopback only.";
        }

        if (options.UserName.Length > 0 && !File.Exists(options.PasswordFile))
        {
            yield return $"{SmtpOptions.Section}:PasswordFile is missing.";
        }

        if (string.IsNullOrEmpty(configuration["SignIn:Origin"]))
        {
            yield return "SignIn:Origin is not set: links in mails need it.";
        }
    }

    private static bool IsThisMachine(string host) =>
        host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
