// Owns the texts of choosing a file, uploading it, and its price.
export const upload = {
  "home.title": { en: "Caption a video", ko: "자막 만들기" },
  "drop.title": { en: "Drop a video or audio file", ko: "영상이나 음성 파일을 놓으세요" },
  "drop.hint": {
    en: "Anywhere on this page. You see the price before it starts.",
    ko: "이 화면 어디에 놓아도 돼요. 시작하기 전에 가격을 보여 드려요.",
  },
  "drop.choose": { en: "Choose a file", ko: "파일 선택" },
  "drop.one": { en: "One file at a time, please.", ko: "파일은 한 번에 하나씩 올려 주세요." },
  "drop.empty": { en: "This file is empty.", ko: "빈 파일이에요." },
  "drop.resume": { en: "{name} is {percent} uploaded", ko: "{name} 파일을 {percent}까지 올렸어요" },
  "drop.resume.hint": {
    en: "Choose the same file again to resume.",
    ko: "같은 파일을 다시 선택하면 이어서 올려요.",
  },
  "drop.resume.choose": { en: "Choose the file", ko: "같은 파일 선택" },
  "drop.resume.discard": { en: "Discard", ko: "버리기" },

  "send.progress": { en: "Upload progress", ko: "업로드 진행률" },
  "send.preparing": { en: "Preparing", ko: "준비 중" },
  "send.sending": { en: "Uploading {percent}", ko: "{percent} 올리는 중" },
  "send.checking": { en: "Checking the file", ko: "파일 확인 중" },
  "send.retrying": { en: "Connection problem. Trying again.", ko: "연결이 불안정해 다시 시도하고 있어요." },
  "send.amount": { en: "{sent} of {total}", ko: "{total} 중 {sent}" },
  "send.cancel": { en: "Cancel upload", ko: "업로드 취소" },
  "send.continue": { en: "Continue", ko: "이어서 올리기" },
  "send.other": { en: "Choose another file", ko: "다른 파일 선택" },

  "quote.language": { en: "Spoken language", ko: "말하는 언어" },
  "quote.stream": { en: "Audio track", ko: "오디오 트랙" },
  "quote.stream.name": { en: "Track {number}", ko: "트랙 {number}" },
  "quote.stream.default": { en: "default", ko: "기본" },
  "quote.channels": { en: { one: "{count} channel", other: "{count} channels" }, ko: "{count}채널" },
  "quote.title": { en: "Price", ko: "가격" },
  "quote.total": { en: "Total", ko: "합계" },
  "quote.short": {
    en: "You have {available} and need {shortfall} more.",
    ko: "{available}을 가지고 있어 {shortfall}이 더 필요해요.",
  },
  "quote.loading": { en: "Calculating the price", ko: "가격 계산 중" },
  "quote.start": { en: "Start for {credits}", ko: "{credits}으로 시작" },
  "quote.starting": { en: "Starting", ko: "시작하는 중" },
  "quote.promise": {
    en: "Held now, charged when the captions are ready.",
    ko: "지금은 보류만 하고, 자막이 완성되면 차감해요.",
  },

  "quote.rate": { en: "{quantity} × {credits} a minute", ko: "{quantity} × 분당 {credits}" },
  "quote.undelivered": { en: "{quantity} not delivered, not charged", ko: "제공하지 못한 {quantity}는 청구하지 않아요" },

  "item.transcription": { en: "Speech recognition", ko: "음성 인식" },
  "item.translation": { en: "Translation: {language}", ko: "번역: {language}" },
  "item.burn_in": { en: "Captions in the picture", ko: "영상에 자막 넣기" },
  "item.minimum_charge": { en: "Minimum charge", ko: "최소 요금" },
  "unit.job": { en: { one: "{count} job", other: "{count} jobs" }, ko: "작업 {count}건" },
  "unit.second": { en: { one: "{count} second", other: "{count} seconds" }, ko: "{count}초" },
  "unit.minute": { en: { one: "{count} minute", other: "{count} minutes" }, ko: "{count}분" },

  "jobs.title": { en: "Your videos", ko: "내 영상" },
  "jobs.empty": { en: "Nothing here yet.", ko: "아직 아무것도 없어요." },
  "jobs.empty.hint": {
    en: "Your captioned videos will be listed here.",
    ko: "자막을 만든 영상이 여기에 모여요.",
  },
  "jobs.more": { en: "Show more", ko: "더 보기" },
};
