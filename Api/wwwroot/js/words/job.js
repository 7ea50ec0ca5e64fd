// Owns the words of a job: its stages, its progress, its captions and its cost.
export const job = {
  "job.back": { en: "All videos", ko: "전체 영상" },
  "job.missing": { en: "There is no such video.", ko: "찾을 수 없는 영상이에요." },
  "job.missing.hint": {
    en: "It may belong to another account, or the address has a slip.",
    ko: "다른 계정의 영상이거나 주소가 잘못되었을 수 있어요.",
  },
  "job.merged": { en: "See the video that these captions went into", ko: "이 자막이 들어간 영상 보기" },
  "job.enter": { en: "Sign in to see this video", ko: "로그인하고 영상을 확인하세요" },

  "stage.accepted": { en: "Accepted", ko: "접수됨" },
  "stage.reserved": { en: "Waiting to start", ko: "시작 대기 중" },
  "stage.transcribing": { en: "Listening", ko: "음성 듣는 중" },
  "stage.storing": { en: "Cutting captions", ko: "자막 나누는 중" },
  "stage.settling": { en: "Settling credits", ko: "크레딧 정산 중" },
  "stage.releasing": { en: "Returning credits", ko: "크레딧 돌려주는 중" },
  "stage.done": { en: "Ready", ko: "완성" },
  "stage.partial": { en: "Partly ready", ko: "일부 완성" },
  "stage.failed": { en: "Failed", ko: "실패" },
  "stage.cancelled": { en: "Cancelled", ko: "취소됨" },

  "step.queued": { en: "Queued", ko: "대기" },
  "step.listening": { en: "Listening", ko: "듣기" },
  "step.cutting": { en: "Cutting", ko: "나누기" },
  "step.ready": { en: "Ready", ko: "완성" },
  "step.done": { en: "{step}, done", ko: "{step} 완료" },
  "step.now": { en: "{step}, now", ko: "{step} 진행 중" },

  "progress.title": { en: "Progress", ko: "진행 상황" },
  "progress.label": { en: "Captioning progress", ko: "자막 제작 진행률" },
  "progress.left": { en: "about {time} left", ko: "약 {time} 남음" },
  "progress.soon": { en: "a few seconds left", ko: "몇 초 남음" },
  "progress.heard": { en: "{done} of {total}", ko: "{total} 중 {done}" },
  "progress.stay": {
    en: "You can close this page. The work goes on.",
    ko: "이 화면을 닫아도 작업은 계속돼요.",
  },
  "progress.said": { en: "{stage}, {percent}", ko: "{stage}, {percent}" },
  "progress.lost": { en: "Connection lost. Reconnecting.", ko: "연결이 끊겨 다시 연결하고 있어요." },

  "progress.speed": { en: "{times} times as fast as it plays", ko: "재생 속도의 {times}배" },

  "queue.next": { en: "next in line", ko: "다음 차례" },
  "queue.before": { en: { one: "{count} job before it", other: "{count} jobs before it" }, ko: "앞에 작업 {count}개" },
  "queue.start": { en: "starts at about {time}", ko: "{time}쯤 시작" },
  "queue.paused": { en: "all work is paused for now", ko: "지금은 모든 작업이 멈춰 있어요" },

  "chunks.done": { en: "{done} of {count} parts ready", ko: "{count}개 중 {done}개 완성" },
  "chunks.running": { en: "{count} in work", ko: "{count}개 작업 중" },
  "chunks.failed": { en: "{count} failed", ko: "{count}개 실패" },

  "cancel.open": { en: "Stop", ko: "중지" },
  "cancel.title": { en: "Stop this job?", ko: "작업을 중지할까요?" },
  "cancel.text": {
    en: "What is finished is yours and charged. The rest is not made, and its credits come back.",
    ko: "완성된 부분은 드리고 그만큼만 차감해요. 나머지 크레딧은 돌려드려요.",
  },
  "cancel.keep": { en: "Keep going", ko: "계속하기" },
  "cancel.confirm": { en: "Stop the job", ko: "중지하기" },

  "over.failed": { en: "This video could not be captioned", ko: "자막을 만들지 못했어요" },
  "over.cancelled": { en: "You stopped this job", ko: "중지한 작업이에요" },
  "over.free": { en: "Nothing was charged.", ko: "크레딧은 차감되지 않았어요." },
  "over.partial": { en: "Some parts could not be captioned", ko: "일부 구간의 자막을 만들지 못했어요" },
  "over.delivered": { en: "Only what was delivered was charged.", ko: "완성된 부분만 차감되었어요." },
  "over.retry": { en: "Do what is missing", ko: "빠진 부분 다시 하기" },
  "over.again": { en: "Caption another video", ko: "다른 영상 올리기" },

  "player.label": { en: "Video: {name}", ko: "영상: {name}" },
  "player.unplayable": {
    en: "This browser cannot play the file. The captions are still here to read and download.",
    ko: "이 브라우저에서는 재생할 수 없는 파일이에요. 자막은 읽고 내려받을 수 있어요.",
  },
  "player.gone": {
    en: "The uploaded file is no longer stored. The captions are.",
    ko: "올린 파일은 더 이상 보관되어 있지 않지만 자막은 남아 있어요.",
  },

  "cues.title": { en: "Captions", ko: "자막" },
  "cues.count": { en: { one: "{count} cue", other: "{count} cues" }, ko: "자막 {count}개" },
  "cues.none": { en: "No speech was found.", ko: "말소리를 찾지 못했어요." },
  "cues.wait": { en: "The captions appear here when they are ready.", ko: "완성되면 자막이 여기에 나타나요." },

  "quality.title": { en: "Quality check", ko: "품질 점검" },
  "quality.uncaptioned": { en: "Voice without captions", ko: "자막 없는 말소리" },
  "quality.repeated": { en: "Repeated words", ko: "반복된 말" },
  "quality.estimated": { en: "Estimated times", ko: "어림한 시각" },
  "quality.silent": { en: "Captions in silence", ko: "무음 구간의 자막" },

  "files.title": { en: "Download", ko: "내려받기" },
  "files.label": { en: "Download {format} in {language}", ko: "{language} {format} 내려받기" },

  "cost.title": { en: "Cost", ko: "비용" },
  "cost.held": { en: "Held", ko: "보류" },
  "cost.charged": { en: "Charged", ko: "차감" },
  "cost.list": { en: "Price list {version}", ko: "가격표 {version}" },
  "cost.started": { en: "Started", ko: "시작" },
  "cost.took": { en: "Took", ko: "소요 시간" },
};
