// Owns the texts of the page frame, the landing view, sign-up and sign-in.
export const account = {
  "site.skip": { en: "Skip to content", ko: "본문으로 건너뛰기" },
  "site.language": { en: "Language", ko: "언어" },
  "site.home": { en: "AX2 Caption, home", ko: "AX2 Caption 첫 화면" },
  "site.title": { en: "AX2 Caption", ko: "AX2 Caption" },
  "site.retry": { en: "Try again", ko: "다시 시도" },

  "credits.count": { en: { one: "{count} credit", other: "{count} credits" }, ko: "{count}크레딧" },
  "credits.held": { en: "{count} held", ko: "{count} 보류 중" },
  "credits.label": { en: "Credit balance", ko: "크레딧 잔액" },

  "landing.title": { en: "Captions that follow the voice.", ko: "목소리를 따라가는 자막." },
  "landing.lead": {
    en: "Drop in a video. Every word is timed and cut into clean, readable lines, ready to play and to download.",
    ko: "영상을 올리면 말 한마디 한마디의 시간을 맞추고 읽기 좋은 줄로 나눠, 바로 재생하고 내려받을 수 있게 해 드려요.",
  },
  "landing.price.title": { en: "Price first", ko: "가격부터 확인" },
  "landing.price.text": {
    en: "You see the cost and how it is calculated before anything starts.",
    ko: "시작하기 전에 비용과 계산 방법을 먼저 보여 드려요.",
  },
  "landing.fair.title": { en: "Pay for results", ko: "결과에만 과금" },
  "landing.fair.text": {
    en: "Credits are held while we work. If a job fails, all of them are returned.",
    ko: "작업하는 동안 크레딧을 보류하고, 실패하면 모두 돌려드려요.",
  },
  "landing.formats.title": { en: "Standard formats", ko: "어디서나 쓰는 파일" },
  "landing.formats.text": {
    en: "SRT, WebVTT, plain text and JSON, cut for a comfortable reading speed.",
    ko: "편하게 읽히는 속도로 나눈 SRT, WebVTT, 텍스트, JSON으로 받으세요.",
  },

  "account.create": { en: "Create your account", ko: "계정 만들기" },
  "account.create.lead": { en: "All you need is an email address and a password.", ko: "이메일과 비밀번호만 있으면 돼요." },
  "account.enter": { en: "Sign in", ko: "로그인" },
  "account.enter.lead": { en: "Welcome back.", ko: "다시 만나 반가워요." },
  "account.email": { en: "Email", ko: "이메일" },
  "account.password": { en: "Password", ko: "비밀번호" },
  "account.password.hint": { en: "At least 8 characters.", ko: "8자 이상 입력해 주세요." },
  "account.password.show": { en: "Show", ko: "표시" },
  "account.password.hide": { en: "Hide", ko: "숨김" },
  "account.password.show.label": { en: "Show password", ko: "비밀번호 표시" },
  "account.password.hide.label": { en: "Hide password", ko: "비밀번호 숨김" },
  "account.create.submit": { en: "Create account", ko: "가입하기" },
  "account.enter.submit": { en: "Sign in", ko: "로그인" },
  "account.to.enter": { en: "Already have an account?", ko: "이미 계정이 있나요?" },
  "account.to.create": { en: "New here?", ko: "처음이신가요?" },
  "account.leave": { en: "Sign out", ko: "로그아웃" },
  "account.email.missing": { en: "Enter your email address.", ko: "이메일 주소를 입력해 주세요." },
  "account.password.missing": { en: "Enter your password.", ko: "비밀번호를 입력해 주세요." },
};
