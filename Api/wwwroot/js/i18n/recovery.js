// Owns the texts of mailed links and of the profile: changing, exporting and deleting an account.
export const recovery = {
  "account.forgot": { en: "Forgot your password?", ko: "비밀번호를 잊었나요?" },
  "account.forgot.title": { en: "Choose a new password", ko: "비밀번호 새로 정하기" },
  "account.forgot.lead": {
    en: "We will email you a link to choose a new password.",
    ko: "비밀번호를 새로 정할 수 있는 링크를 메일로 보내 드려요.",
  },
  "account.forgot.submit": { en: "Send the link", ko: "링크 보내기" },
  "account.forgot.sent": {
    en: "If there is an account with this address, an email has been sent. Check your inbox.",
    ko: "이 이메일로 가입한 계정이 있다면 메일이 곧 도착해요. 메일함을 확인해 주세요.",
  },
  "account.forgot.back": { en: "Remembered it?", ko: "비밀번호가 생각났나요?" },

  "link.title.verify": { en: "Confirm your email address", ko: "이메일 주소 확인" },
  "link.title.reset": { en: "Choose a new password", ko: "비밀번호 새로 정하기" },
  "link.title.email": { en: "Confirm your new email address", ko: "새 이메일 주소 확인" },
  "link.verify": { en: "Confirm that this address is yours.", ko: "본인의 이메일 주소가 맞는지 확인해 주세요." },
  "link.email": {
    en: "Your account will then use this email address.",
    ko: "확인하면 계정의 이메일이 이 주소로 바뀌어요.",
  },
  "link.confirm": { en: "Confirm", ko: "확인" },
  "link.verified": { en: "Thank you. Your address is confirmed.", ko: "고마워요. 이메일 주소를 확인했어요." },
  "link.changed": { en: "Your email address has been changed.", ko: "계정의 이메일을 바꿨어요." },
  "link.reset": {
    en: "Your password has been changed and every device is signed out. Sign in with the new password.",
    ko: "비밀번호를 바꾸고 모든 기기에서 로그아웃했어요. 새 비밀번호로 로그인해 주세요.",
  },
  "link.reset.submit": { en: "Save the password", ko: "비밀번호 저장" },
  "link.password": { en: "New password", ko: "새 비밀번호" },
  "link.home": { en: "Continue", ko: "계속" },

  "notice.unverified": {
    en: "Confirm your email address: open the link that we emailed you.",
    ko: "메일로 보낸 링크를 열어 이메일 주소를 확인해 주세요.",
  },
  "notice.leaving": {
    en: "Your account will be deleted on {time}.",
    ko: "{time}에 계정이 삭제돼요.",
  },
  "notice.account": { en: "Go to your account", ko: "계정으로 가기" },

  "profile.email": { en: "Email address", ko: "이메일 주소" },
  "profile.email.verified": { en: "Confirmed", ko: "확인됨" },
  "profile.email.unverified": { en: "Not confirmed yet", ko: "아직 확인하지 않음" },
  "profile.email.again": { en: "Send the link again", ko: "확인 메일 다시 받기" },
  "profile.email.new": { en: "New email address", ko: "새 이메일 주소" },
  "profile.email.change": { en: "Change the address", ko: "이메일 바꾸기" },
  "profile.email.sent": { en: "An email has been sent. Check your inbox.", ko: "메일을 보냈어요. 메일함을 확인해 주세요." },
  "profile.password": { en: "Password", ko: "비밀번호" },
  "profile.password.old": { en: "Current password", ko: "현재 비밀번호" },
  "profile.password.change": { en: "Change the password", ko: "비밀번호 바꾸기" },
  "profile.password.changed": {
    en: "Your password has been changed. Other devices are signed out.",
    ko: "비밀번호를 바꾸고 다른 기기에서 로그아웃했어요.",
  },
  "profile.data": { en: "Your data", ko: "내 데이터" },
  "profile.data.lead": {
    en: "All data that we store about you, as one file.",
    ko: "서비스가 보관하는 내 모든 데이터를 파일 하나로 받을 수 있어요.",
  },
  "profile.data.export": { en: "Download your data", ko: "내 데이터 내려받기" },
  "profile.leave": { en: "Delete the account", ko: "계정 삭제" },
  "profile.leave.lead": {
    en: "Everything in it is deleted after a grace period. Until then you can sign in and keep the account.",
    ko: "유예 기간이 지나면 모든 내용이 삭제돼요. 그 전에 로그인하면 계정을 계속 쓸 수 있어요.",
  },
  "profile.leave.submit": { en: "Delete my account", ko: "계정 삭제하기" },
  "profile.keep": { en: "Keep the account", ko: "계정 유지하기" },

  "outbox.title": { en: "Outbox of this machine", ko: "이 컴퓨터의 보낸 메일함" },
  "outbox.empty": { en: "There are no emails yet.", ko: "아직 메일이 없어요." },
  "outbox.to": { en: "To {address}, {time}", ko: "받는 사람 {address}, {time}" },

  "problem.email_unclear": {
    en: "There may be an account with this email already. Check your inbox, or sign in.",
    ko: "이미 가입한 이메일일 수 있어요. 메일함을 확인하거나 로그인해 주세요.",
  },
  "problem.password_too_common": {
    en: "This password is too common. Choose another one.",
    ko: "많이 쓰여서 쉽게 알아낼 수 있는 비밀번호예요. 다른 비밀번호를 정해 주세요.",
  },
  "problem.password_too_personal": {
    en: "This password is too close to your email address or our name. Choose another one.",
    ko: "이메일 주소나 서비스 이름과 너무 비슷해요. 다른 비밀번호를 정해 주세요.",
  },
  "problem.password_wrong": { en: "This is not your password.", ko: "비밀번호가 맞지 않아요." },
  "problem.link_invalid": {
    en: "This link was used before, replaced by a newer one, or is too old. Ask for a new one.",
    ko: "이미 사용했거나 새 링크로 바뀌었거나 기한이 지난 링크예요. 새 링크를 요청해 주세요.",
  },
};
