using System.Globalization;
using Microsoft.Extensions.Options;

namespace Ax2.Users.Letters;

/// <summary>
/// Posts the mails of an account. A link's secret stands behind the <c>#</c>, so that no server and no log on the way
/// sees it.
/// </summary>
public sealed class UserLetters(IGrainFactory grains, IOptions<AccountOptions> options, TimeProvider time)
{
    /// <summary>A mail with a link: each is one of its own, by its secret.</summary>
    internal Task PostLink(LetterKind kind, string to, string language, MailToken token) => Post(
        LetterGrain.Key(kind, token),
        LetterTexts.Write(kind, to, language, Link($"{PageOf(kind)}#{token}")));

    /// <summary>
    /// To an address that may have no account yet. Of the workspace and of who invites, nothing is said: those are
    /// texts of others.
    /// </summary>
    internal Task PostInvitation(string to, string language, string token) => Post(
        LetterGrain.Key(LetterKind.Invitation, token),
        LetterTexts.Write(LetterKind.Invitation, to, language, Link($"/workspaces#{token}")));

    /// <summary>
    /// Somebody gave an address that has an account. However often that happens, its owner hears of it rarely.
    /// </summary>
    internal Task PostAlreadyHere(Guid userId, string to, string language)
    {
        var period = time.GetUtcNow().Ticks / options.Value.NoticeInterval.Ticks;
        return Post(
            LetterGrain.Key(LetterKind.AlreadyHere, userId, period),
            LetterTexts.Write(LetterKind.AlreadyHere, to, language, Link("/#forgot")));
    }

    /// <summary>What happened to the account.</summary>
    /// <param name="change">The number of the change, so that a repeat of it is no second mail.</param>
    internal Task PostNotice(
        LetterKind kind, Guid userId, string to, string language, int change, DateTimeOffset? day = null) => Post(
        LetterGrain.Key(kind, userId, change),
        LetterTexts.Write(
            kind, to, language, Link(kind == LetterKind.PasswordChanged ? "/#forgot" : "/account"),
            day?.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? ""));

    private static string PageOf(LetterKind kind) => kind switch
    {
        LetterKind.Verify => "/verify",
        LetterKind.Reset => "/reset",
        LetterKind.ConfirmChange => "/email",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private Task Post(string key, Letter letter) => grains.GetGrain<ILetterGrain>(key).Post(letter);

    private string Link(string path) => options.Value.Origin.TrimEnd('/') + path;
}
