using System.Collections.Frozen;

namespace Ax2.Users.Emails;

/// <summary>Which mail it is. The names are parts of the keys of stored mails.</summary>
internal enum EmailKind
{
    /// <summary>A link that verifies the address.</summary>
    Verify,

    /// <summary>Somebody registered an address that has an account already.</summary>
    AlreadyRegistered,

    /// <summary>A link for a new password.</summary>
    Reset,

    /// <summary>To the new address: a link that makes it the account's.</summary>
    ConfirmChange,

    /// <summary>A link that accepts an invitation to a workspace.</summary>
    Invitation,

    /// <summary>To the old address.</summary>
    EmailChanged,
    PasswordChanged,
    DeletionBegun,
    DeletionCancelled,
    Deleted,
}

/// <summary>Subject and text of every mail, in every language. Pure.</summary>
internal static class EmailTemplates
{
    private const string Link = "{link}";
    private const string Day = "{day}";

    private static readonly FrozenDictionary<(EmailKind, string), (string Subject, string Text)> Words =
        new Dictionary<(EmailKind, string), (string, string)>
        {
            [(EmailKind.Verify, UserLanguages.English)] = (
                "Confirm your email address",
                "Welcome to AX2 Caption.\n\nOpen this link to confirm that this is your address:\n{link}\n\n"
                + "If you did not sign up, ignore this mail."),
            [(EmailKind.Verify, UserLanguages.Korean)] = (
                "이메일 주소를 확인해 주세요",
                "AX2 Caption에 오신 것을 환영해요.\n\n아래 링크를 열어 본인의 이메일 주소인지 확인해 주세요.\n{link}\n\n"
                + "가입한 적이 없다면 이 메일을 무시해 주세요."),
            [(EmailKind.AlreadyRegistered, UserLanguages.English)] = (
                "You already have an account",
                "Somebody gave this address to AX2 Caption for an account, but it has one already. If it was you, sign "
                + "in, or choose a new password here:\n{link}\n\nIf it was not you, there is nothing to do."),
            [(EmailKind.AlreadyRegistered, UserLanguages.Korean)] = (
                "이미 가입한 이메일이에요",
                "누군가 이 이메일 주소로 AX2 Caption 계정을 쓰려고 했지만, 이미 계정이 있어요. 본인이라면 로그인하거나 "
                + "아래에서 비밀번호를 새로 정해 주세요.\n{link}\n\n본인이 아니라면 아무것도 하지 않아도 돼요."),
            [(EmailKind.Reset, UserLanguages.English)] = (
                "Choose a new password",
                "Open this link to choose a new password for AX2 Caption:\n{link}\n\nIt works once, and not for long. "
                + "If you did not ask for it, ignore this mail: your password stays as it is."),
            [(EmailKind.Reset, UserLanguages.Korean)] = (
                "비밀번호를 새로 정해 주세요",
                "아래 링크를 열어 AX2 Caption의 비밀번호를 새로 정해 주세요.\n{link}\n\n링크는 잠시 동안 한 번만 쓸 수 있어요. "
                + "요청한 적이 없다면 이 메일을 무시해 주세요. 비밀번호는 그대로예요."),
            [(EmailKind.ConfirmChange, UserLanguages.English)] = (
                "Confirm your new email address",
                "Open this link to make this the address of your AX2 Caption account:\n{link}\n\n"
                + "If you did not ask for it, ignore this mail."),
            [(EmailKind.ConfirmChange, UserLanguages.Korean)] = (
                "새 이메일 주소를 확인해 주세요",
                "아래 링크를 열면 AX2 Caption 계정의 이메일이 이 주소로 바뀌어요.\n{link}\n\n"
                + "요청한 적이 없다면 이 메일을 무시해 주세요."),
            [(EmailKind.Invitation, UserLanguages.English)] = (
                "You are invited to a workspace",
                "You are invited to work in a workspace of AX2 Caption. Open this link and sign in with this address "
                + "to join:\n{link}\n\nIt works once. If you do not know who invites you, ignore this mail."),
            [(EmailKind.Invitation, UserLanguages.Korean)] = (
                "워크스페이스에 초대받았어요",
                "AX2 Caption 워크스페이스에 초대받았어요. 아래 링크를 열고 이 이메일 주소의 계정으로 로그인하면 참여할 수 있어요.\n"
                + "{link}\n\n링크는 한 번만 쓸 수 있어요. 누가 초대했는지 모른다면 이 메일을 무시해 주세요."),
            [(EmailKind.EmailChanged, UserLanguages.English)] = (
                "Your email address was changed",
                "Your AX2 Caption account has another email address now, and this one is no longer used.\n\n"
                + "If you did not do this, contact the people who run the service at once."),
            [(EmailKind.EmailChanged, UserLanguages.Korean)] = (
                "이메일 주소가 바뀌었어요",
                "AX2 Caption 계정의 이메일이 다른 주소로 바뀌어 이 주소는 더 이상 쓰이지 않아요.\n\n"
                + "본인이 바꾸지 않았다면 바로 서비스 운영팀에 알려 주세요."),
            [(EmailKind.PasswordChanged, UserLanguages.English)] = (
                "Your password was changed",
                "The password of your AX2 Caption account was changed, and other devices were signed out.\n\n"
                + "If you did not do this, choose a new one at once:\n{link}"),
            [(EmailKind.PasswordChanged, UserLanguages.Korean)] = (
                "비밀번호가 바뀌었어요",
                "AX2 Caption 계정의 비밀번호가 바뀌고 다른 기기에서 로그아웃되었어요.\n\n"
                + "본인이 바꾸지 않았다면 바로 비밀번호를 새로 정해 주세요.\n{link}"),
            [(EmailKind.DeletionBegun, UserLanguages.English)] = (
                "Your account will be deleted",
                "Your AX2 Caption account and everything in it will be deleted on {day} (UTC).\n\n"
                + "To keep it, sign in before and choose to keep the account:\n{link}"),
            [(EmailKind.DeletionBegun, UserLanguages.Korean)] = (
                "계정이 삭제될 예정이에요",
                "AX2 Caption 계정과 그 안의 모든 내용이 {day}(UTC)에 삭제돼요.\n\n"
                + "계속 쓰려면 그 전에 로그인해서 계정 유지를 선택해 주세요.\n{link}"),
            [(EmailKind.DeletionCancelled, UserLanguages.English)] = (
                "Your account stays",
                "Your AX2 Caption account will not be deleted. You may need new API keys."),
            [(EmailKind.DeletionCancelled, UserLanguages.Korean)] = (
                "계정을 계속 쓸 수 있어요",
                "AX2 Caption 계정의 삭제를 취소했어요. API 키는 새로 만들어야 할 수 있어요."),
            [(EmailKind.Deleted, UserLanguages.English)] = (
                "Your account was deleted",
                "Your AX2 Caption account and everything in it was deleted. This is the last mail to this address."),
            [(EmailKind.Deleted, UserLanguages.Korean)] = (
                "계정을 삭제했어요",
                "AX2 Caption 계정과 그 안의 모든 내용을 삭제했어요. 이 주소로 보내는 마지막 메일이에요."),
        }.ToFrozenDictionary();

    internal static Email Write(EmailKind kind, string to, string language, string link = "", string day = "")
    {
        var (subject, text) = Words[(kind, language)];
        var whole = text.Replace(Link, link, StringComparison.Ordinal).Replace(Day, day, StringComparison.Ordinal);
        return new Email(to, $"AX2 Caption: {subject}", whole + "\n", language);
    }
}
