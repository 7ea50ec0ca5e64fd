// Owns the texts of the page at /workspaces: workspaces, members, invitations.
export const workspace = {
  "workspace.title": { en: "Workspaces", ko: "워크스페이스" },
  "workspace.own": { en: "My workspace", ko: "내 워크스페이스" },
  "workspace.lead": {
    en: "Videos, captions and credits belong to a workspace. Share one with the people you work with.",
    ko: "영상, 자막, 크레딧은 워크스페이스에 속해요. 함께 일하는 사람들과 공유할 수 있어요.",
  },
  "workspace.current": { en: "Current", ko: "사용 중" },
  "workspace.use": { en: "Use this workspace", ko: "사용하기" },
  "workspace.leave": { en: "Leave", ko: "나가기" },
  "workspace.name": { en: "Name of the workspace", ko: "워크스페이스 이름" },
  "workspace.name.missing": { en: "Give the workspace a name.", ko: "워크스페이스 이름을 입력해 주세요." },
  "workspace.make": { en: "Create a workspace", ko: "워크스페이스 만들기" },
  "workspace.rename": { en: "Rename", ko: "이름 바꾸기" },

  "workspace.members": { en: "Members", ko: "멤버" },
  "workspace.member.me": { en: "You", ko: "나" },
  "workspace.member.gone": { en: "Deleted account", ko: "삭제된 계정" },
  "workspace.member.remove": { en: "Remove", ko: "내보내기" },
  "workspace.role": { en: "Role", ko: "역할" },
  "workspace.role.of": { en: "Role of {name}", ko: "{name} 님의 역할" },
  "role.owner": { en: "Owner", ko: "소유자" },
  "role.editor": { en: "Editor", ko: "편집자" },
  "role.viewer": { en: "Viewer", ko: "뷰어" },
  "role.billing": { en: "Billing", ko: "결제 담당" },

  "workspace.invite.title": { en: "Invitations", ko: "초대" },
  "workspace.invite.email": { en: "Email to invite", ko: "초대할 이메일" },
  "workspace.invite": { en: "Invite", ko: "초대하기" },
  "workspace.invite.sent": { en: "The invitation has been sent.", ko: "초대 메일을 보냈어요." },
  "workspace.invite.ends": { en: "Expires {time}", ko: "만료 {time}" },
  "workspace.invite.revoke": { en: "Revoke", ko: "초대 취소" },
  "workspace.accept.title": { en: "You are invited to a workspace", ko: "워크스페이스에 초대받았어요" },
  "workspace.accept": { en: "Join", ko: "참여하기" },
  "workspace.accept.lead": {
    en: "The invitation is for the email address that it was sent to: join with the account of that address.",
    ko: "초대받은 이메일 주소의 계정으로 참여해 주세요.",
  },

  "problem.workspace_unknown": { en: "There is no such workspace.", ko: "찾을 수 없는 워크스페이스예요." },
  "problem.role_insufficient": {
    en: "Your role in this workspace does not let you do this.",
    ko: "이 워크스페이스에서의 역할로는 할 수 없는 일이에요.",
  },
  "problem.workspace_is_home": {
    en: "Your own workspace cannot be shared. Create one to share.",
    ko: "내 워크스페이스는 혼자만 쓸 수 있어요. 공유할 워크스페이스를 새로 만들어 주세요.",
  },
  "problem.workspace_name_invalid": { en: "A name has 1 to 100 characters.", ko: "이름은 1자 이상 100자 이하로 지어 주세요." },
  "problem.workspace_limit_reached": {
    en: "You are in too many workspaces. Leave one first.",
    ko: "참여한 워크스페이스가 너무 많아요. 하나에서 먼저 나가 주세요.",
  },
  "problem.member_limit_reached": {
    en: "This workspace has reached its limit of members and invitations.",
    ko: "이 워크스페이스의 멤버와 초대가 한도에 도달했어요.",
  },
  "problem.invitation_limit_reached": {
    en: "This workspace sent too many invitations today. Try again tomorrow.",
    ko: "오늘 보낸 초대가 너무 많아요. 내일 다시 시도해 주세요.",
  },
  "problem.member_unknown": { en: "There is no such member.", ko: "찾을 수 없는 멤버예요." },
  "problem.last_owner": {
    en: "A workspace needs at least one owner. Make another member an owner first.",
    ko: "워크스페이스에는 소유자가 한 명 이상 있어야 해요. 먼저 다른 멤버를 소유자로 지정해 주세요.",
  },
  "problem.email_unverified": { en: "Confirm your email address first.", ko: "먼저 이메일 주소를 확인해 주세요." },
  "problem.invitation_unknown": { en: "There is no such invitation.", ko: "찾을 수 없는 초대예요." },
  "problem.invitation_invalid": {
    en: "This invitation was used or revoked, has expired, or is for another email address.",
    ko: "이미 사용했거나 취소된 초대, 기간이 지난 초대, 또는 다른 이메일의 초대예요.",
  },
};
