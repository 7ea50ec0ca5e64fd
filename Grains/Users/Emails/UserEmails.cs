using System.Globalization;
using Microsoft.Extensions.Options;

namespace Ax2.Users.Emails;

/// <summary>
/// Enqueues the mails of an account. A link's secret comes after the <c>#</c>, so that no server and no log sees it.
/// </summary>
public sealed class UserEmails(IGrainFactory grains, IOptions<AccountOptions> options, TimeProvider time)
{
    /// <summary>Part of the keys of stored mails: it does not change with the name of the kind.</summary>
    private const string AlreadyRegisteredKey = "AlreadyHere";

    /// <summary>A mail with a link: every secret is a mail.</summary>
    internal Task EnqueueLink(EmailKind kind, string to, string language, MailToken token) => Enqueue(
        OutgoingEmailGrain.Key(kind, token),
        EmailTemplates.Write(kind, to, language, Link($"{PageOf(kind)}#{token}")));

    /// <summary>
    /// To an address that may have no account yet. It names neither the workspace nor the inviter: other users wrote
    /// those texts.
    /// </summary>
    internal Task EnqueueInvitation(string to, string language, string token) => Enqueue(
        OutgoingEmailGrain.Key(EmailKind.Invitation, token),
        EmailTemplates.Write(EmailKind.Invitation, to, language, Link($"/workspaces#{token}")));

    /// <summary>
    /// Somebody registers an address that has an account. At most one mail for each
    /// <see cref="AccountOptions.NoticeInterval"/>.
    /// </summary>
    internal Task EnqueueAlreadyRegistered(Guid userId, string to, string language)
    {
        var period = time.GetUtcNow().Ticks / options.Value.NoticeInterval.Ticks;
        return Enqueue(
            OutgoingEmailGrain.Key(AlreadyRegisteredKey, userId, period),
            EmailTemplates.Write(EmailKind.AlreadyRegistered, to, language, Link("/#forgot")));
    }

    /// <summary>A notice of a change to the account.</summary>
    /// <param name="change">The number of the change, so that its repeat sends no second mail.</param>
    internal Task EnqueueNotice(
        EmailKind kind, Guid userId, string to, string language, int change, DateTimeOffset? day = null) => Enqueue(
        OutgoingEmailGrain.Key(kind, userId, change),
        EmailTemplates.Write(
            kind, to, language, Link(kind == EmailKind.PasswordChanged ? "/#forgot" : "/account"),
            day?.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? ""));

    private static string PageOf(EmailKind kind) => kind switch
    {
        EmailKind.Verify => "/verify",
        EmailKind.Reset => "/reset",
        EmailKind.ConfirmChange => "/email",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private Task Enqueue(string key, Email email) =>
        grains.GetGrain<IOutgoingEmailGrain>(key).Enqueue(email);

    private string Link(string path) => options.Value.Origin.TrimEnd('/') + path;
}
