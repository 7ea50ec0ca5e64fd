// Owns the texts of a job: its stages, its progress, its captions and its cost.
export const job = {
  "job.back": { en: "All videos", ko: "전체 영상" },
  "job.missing": { en: "There is no such video.", ko: "찾을 수 없는 영상이에요." },
  "job.missing.hint": {
    en: "Check the address. The video may also belong to another account.",
    ko: "주소를 확인해 주세요. 다른 계정의 영상일 수도 있어요.",
  },
  "job.merged": { en: "Open the video that these captions were merged into", ko: "이 자막을 합친 영상 열기" },
  "job.enter": { en: "Sign in to see this video", ko: "로그인하고 영상을 확인하세요" },

  "stage.accepted": { en: "Accepted", ko: "접수됨" },
  "stage.reserved": { en: "Waiting to start", ko: "시작 대기 중" },
  "stage.transcribing": { en: "Transcribing", ko: "음성 인식 중" },
  "stage.storing": { en: "Creating captions", ko: "자막 만드는 중" },
  "stage.settling": { en: "Settling credits", ko: "크레딧 정산 중" },
  "stage.releasing": { en: "Returning credits", ko: "크레딧 반환 중" },
  "stage.done": { en: "Ready", ko: "완성" },
  "stage.partial": { en: "Partly ready", ko: "일부 완성" },
  "stage.failed": { en: "Failed", ko: "실패" },
  "stage.cancelled": { en: "Cancelled", ko: "취소됨" },

  "step.queued": { en: "Queued", ko: "대기" },
  "step.transcribing": { en: "Transcribing", ko: "음성 인식" },
  "step.captioning": { en: "Captions", ko: "자막 제작" },
  "step.ready": { en: "Ready", ko: "완성" },
  "step.done": { en: "{step}, completed", ko: "{step} 완료" },
  "step.now": { en: "{step}, in progress", ko: "{step} 진행 중" },

  "progress.title": { en: "Progress", ko: "진행 상황" },
  "progress.label": { en: "Captioning progress", ko: "자막 제작 진행률" },
  "progress.left": { en: "about {time} left", ko: "약 {time} 남음" },
  "progress.soon": { en: "a few seconds left", ko: "몇 초 남음" },
  "progress.processed": { en: "{done} of {total}", ko: "{total} 중 {done}" },
  "progress.stay": {
    en: "You can close this page. The job continues.",
    ko: "이 화면을 닫아도 작업은 계속돼요.",
  },
  "progress.said": { en: "{stage}, {percent}", ko: "{stage}, {percent}" },
  "progress.lost": { en: "Connection lost. Reconnecting.", ko: "연결이 끊겨 다시 연결하고 있어요." },

  "progress.space": {
    en: "waiting for storage space; it goes on by itself",
    ko: "저장 공간을 기다리는 중이에요. 공간이 생기면 저절로 이어져요",
  },
  "progress.speed": { en: "{times}× playback speed", ko: "재생 속도의 {times}배" },

  "queue.next": { en: "next in the queue", ko: "다음 차례" },
  "queue.before": { en: { one: "{count} job ahead", other: "{count} jobs ahead" }, ko: "앞에 작업 {count}개" },
  "queue.start": { en: "starts at about {time}", ko: "{time}쯤 시작" },
  "queue.paused": { en: "processing is paused", ko: "지금은 작업이 일시 중지되어 있어요" },

  "chunks.done": { en: "{done} of {count} parts ready", ko: "{count}개 중 {done}개 완성" },
  "chunks.running": { en: "{count} in progress", ko: "{count}개 진행 중" },
  "chunks.failed": { en: "{count} failed", ko: "{count}개 실패" },

  "cancel.open": { en: "Stop", ko: "중지" },
  "cancel.title": { en: "Stop this job?", ko: "작업을 중지할까요?" },
  "cancel.text": {
    en: "You keep and pay for the finished parts. Credits for the rest are returned.",
    ko: "완성된 부분의 자막은 남고 그만큼만 차감돼요. 나머지 크레딧은 반환돼요.",
  },
  "cancel.keep": { en: "Keep going", ko: "계속하기" },
  "cancel.confirm": { en: "Stop the job", ko: "중지하기" },

  "over.failed": { en: "This video could not be captioned", ko: "자막을 만들지 못했어요" },
  "over.cancelled": { en: "You stopped this job", ko: "중지한 작업이에요" },
  "over.free": { en: "Nothing was charged.", ko: "크레딧은 차감되지 않았어요." },
  "over.partial": { en: "Some parts could not be captioned", ko: "일부 구간의 자막을 만들지 못했어요" },
  "over.delivered": { en: "Only what was delivered was charged.", ko: "완성된 부분만 차감되었어요." },
  "over.retry": { en: "Retry missing parts", ko: "빠진 부분 다시 시도" },
  "over.again": { en: "Caption another video", ko: "다른 영상 올리기" },

  "player.label": { en: "Video: {name}", ko: "영상: {name}" },
  "player.unplayable": {
    en: "This browser cannot play the file. The captions are still here to read and download.",
    ko: "이 브라우저에서는 재생할 수 없는 파일이에요. 자막은 읽고 내려받을 수 있어요.",
  },
  "player.gone": {
    en: "The uploaded file is no longer stored. The captions are still available.",
    ko: "올린 파일은 더 이상 보관되어 있지 않지만 자막은 남아 있어요.",
  },

  "cues.title": { en: "Captions", ko: "자막" },
  "cues.count": { en: { one: "{count} cue", other: "{count} cues" }, ko: "자막 {count}개" },
  "cues.none": { en: "No speech was found.", ko: "말소리를 찾지 못했어요." },
  "cues.wait": { en: "The captions appear here when they are ready.", ko: "완성되면 자막이 여기에 나타나요." },

  "quality.title": { en: "Quality check", ko: "품질 점검" },
  "quality.uncaptioned": { en: "Speech without captions", ko: "자막 없는 말소리" },
  "quality.repeated": { en: "Repeated words", ko: "반복된 말" },
  "quality.estimated": { en: "Estimated times", ko: "추정한 시각" },
  "quality.silent": { en: "Captions in silence", ko: "무음 구간의 자막" },

  "files.title": { en: "Download", ko: "내려받기" },
  "files.label": { en: "Download {format} in {language}", ko: "{language} {format} 내려받기" },

  "cost.title": { en: "Cost", ko: "비용" },
  "cost.held": { en: "Held", ko: "보류" },
  "cost.charged": { en: "Charged", ko: "차감" },
  "cost.list": { en: "Price list {version}", ko: "가격표 {version}" },
  "cost.started": { en: "Started", ko: "시작" },
  "cost.took": { en: "Duration", ko: "소요 시간" },
};
