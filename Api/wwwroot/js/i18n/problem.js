// Owns the error messages: one for each code, with what to do.
export const problem = {
  "problem.unknown": { en: "Something went wrong. Please try again.", ko: "문제가 생겼어요. 다시 시도해 주세요." },
  "problem.network": {
    en: "The server cannot be reached. Check your connection.",
    ko: "서버에 연결할 수 없어요. 인터넷 연결을 확인해 주세요.",
  },
  "problem.internal_error": {
    en: "Something went wrong on our side. Please try again.",
    ko: "저희 쪽에서 문제가 생겼어요. 다시 시도해 주세요.",
  },

  "problem.rate_limited": {
    en: "Too many attempts. Wait a moment, then try again.",
    ko: "짧은 시간에 너무 많이 시도했어요. 잠시 뒤 다시 시도해 주세요.",
  },
  "problem.service_busy": {
    en: "The service is very busy right now. Please try again in some seconds.",
    ko: "지금 이용이 많아요. 몇 초 뒤 다시 시도해 주세요.",
  },
  "problem.service_unavailable": {
    en: "The service is busy. Please try again in a moment.",
    ko: "지금은 요청이 많아요. 잠시 뒤 다시 시도해 주세요.",
  },
  "problem.storage_unavailable": {
    en: "Our storage does not answer right now. Please try again in a moment.",
    ko: "지금 저장소에 연결할 수 없어요. 잠시 뒤 다시 시도해 주세요.",
  },

  "problem.not_signed_in": { en: "Please sign in.", ko: "로그인해 주세요." },
  "problem.sign_in_failed": {
    en: "That email and password do not match.",
    ko: "이메일 또는 비밀번호가 맞지 않아요.",
  },
  "problem.email_taken": {
    en: "There is an account with this email already. Sign in instead.",
    ko: "이미 가입한 이메일이에요. 로그인해 주세요.",
  },
  "problem.email_invalid": { en: "This is not a complete email address.", ko: "이메일 주소를 다시 확인해 주세요." },
  "problem.password_too_short": {
    en: "Use at least 8 characters.",
    ko: "8자 이상으로 만들어 주세요.",
  },
  "problem.password_too_long": { en: "Use at most 128 characters.", ko: "128자를 넘을 수 없어요." },

  "problem.user_unknown": { en: "There is no such user.", ko: "찾을 수 없는 사용자예요." },
  "problem.plan_unknown": { en: "There is no such plan.", ko: "없는 요금제예요." },

  "problem.file_empty": { en: "This file is empty.", ko: "빈 파일이에요." },
  "problem.file_too_large": { en: "This file is larger than allowed.", ko: "허용된 크기를 넘는 파일이에요." },
  "problem.file_name_invalid": {
    en: "This file name is too long or empty. Rename the file and try again.",
    ko: "파일 이름이 너무 길거나 비어 있어요. 이름을 바꿔 다시 시도해 주세요.",
  },
  "problem.file_changed": {
    en: "The file cannot be read, or it is not the one the upload began with. Choose it again.",
    ko: "파일을 읽을 수 없거나 처음 올리던 파일과 달라요. 다시 선택해 주세요.",
  },
  "problem.uploads_open_limit": {
    en: "Too many uploads are in progress. Wait for one to finish.",
    ko: "동시에 올리는 파일이 너무 많아요. 하나가 끝난 뒤 다시 시도해 주세요.",
  },
  "problem.storage_full": {
    en: "The storage is full. Delete some files, or try again later.",
    ko: "저장 공간이 가득 찼어요. 파일을 지우거나 잠시 뒤 다시 시도해 주세요.",
  },
  "problem.upload_unknown": {
    en: "This upload was not found. Choose the file again.",
    ko: "업로드를 찾을 수 없어요. 파일을 다시 선택해 주세요.",
  },
  "problem.upload_deleted": {
    en: "This upload was removed. Choose the file again.",
    ko: "삭제된 업로드예요. 파일을 다시 선택해 주세요.",
  },
  "problem.upload_not_ready": { en: "The upload is not finished.", ko: "업로드가 아직 끝나지 않았어요." },
  "problem.part_missing": {
    en: "A part of the file did not arrive. Please try again.",
    ko: "파일의 일부가 도착하지 않았어요. 다시 시도해 주세요.",
  },
  "problem.part_checksum_mismatch": {
    en: "A part of the file arrived damaged. Please try again.",
    ko: "파일의 일부가 손상되어 도착했어요. 다시 시도해 주세요.",
  },
  "problem.not_media": {
    en: "This is not a video or audio file that we can read.",
    ko: "읽을 수 있는 영상이나 음성 파일이 아니에요.",
  },
  "problem.no_audio": { en: "This file has no audio.", ko: "오디오가 없는 파일이에요." },
  "problem.audio_empty": { en: "The audio of this file is empty.", ko: "오디오 길이가 0인 파일이에요." },
  "problem.media_too_long": { en: "This file is longer than allowed.", ko: "허용된 재생 시간을 넘는 파일이에요." },
  "problem.media_truncated": {
    en: "The file is cut off. Export it again and retry.",
    ko: "파일이 중간에 끊겨 있어요. 다시 내보내서 올려 주세요.",
  },
  "problem.media_unreadable": { en: "The audio of this file cannot be read.", ko: "오디오를 읽을 수 없는 파일이에요." },

  "problem.idempotency_conflict": {
    en: "This request was already used for something else. Please try again.",
    ko: "이미 다른 작업에 쓰인 요청이에요. 다시 시도해 주세요.",
  },
  "problem.audio_stream_unknown": { en: "The file has no such audio track.", ko: "파일에 없는 오디오 트랙이에요." },
  "problem.speech_refused": {
    en: "The speech engine rejected a part of this file.",
    ko: "음성 인식 엔진이 이 파일의 한 부분을 받아들이지 않아요.",
  },
  "problem.chunk_poisonous": {
    en: "A part of this file repeatedly stops the recognition.",
    ko: "이 파일의 한 부분에서 음성 인식이 계속 중단돼요.",
  },
  "problem.checkpoint_lost": {
    en: "A part that was recognised cannot be read any more. Please retry what is missing.",
    ko: "인식한 한 부분을 더 이상 읽을 수 없어요. 빠진 부분을 다시 시도해 주세요.",
  },
  "problem.audio_lost": {
    en: "The audio of a part was lost and could not be made again from the video.",
    ko: "한 부분의 오디오가 사라졌고, 영상에서 다시 만들지 못했어요.",
  },
  "problem.stage_failed": {
    en: "This job could not be finished. Please try again later.",
    ko: "작업을 끝내지 못했어요. 잠시 뒤 다시 시도해 주세요.",
  },
  "problem.engine_unavailable": {
    en: "The speech engine cannot be reached. Please try again later.",
    ko: "음성 인식 엔진을 쓸 수 없어요. 잠시 뒤 다시 시도해 주세요.",
  },
  "problem.nothing_to_retry": { en: "Nothing is missing.", ko: "이미 모두 완성되어 있어요." },
  "problem.range_invalid": { en: "This part is not within the video.", ko: "영상 안의 구간이 아니에요." },
  "problem.merge_impossible": {
    en: "These captions cannot be merged into that video.",
    ko: "이 자막은 그 영상에 합칠 수 없어요.",
  },
  "problem.job_unknown": { en: "There is no such video.", ko: "찾을 수 없는 영상이에요." },
  "problem.quote_expired": {
    en: "The price has changed. Check the new price and start again.",
    ko: "가격이 바뀌었어요. 새 가격을 확인하고 다시 시작해 주세요.",
  },
  "problem.option_unavailable": {
    en: "This option cannot be ordered yet.",
    ko: "아직 주문할 수 없는 옵션이에요.",
  },
  "problem.translation_language_invalid": {
    en: "These translation languages are not supported.",
    ko: "번역할 언어를 다시 확인해 주세요.",
  },
  "problem.credits_insufficient": {
    en: "There are not enough credits for this.",
    ko: "크레딧이 부족해요.",
  },
  "problem.language_unsupported": {
    en: "This spoken language is not supported yet.",
    ko: "아직 지원하지 않는 언어예요.",
  },
  "problem.format_unsupported": { en: "There is no such caption format.", ko: "지원하지 않는 자막 형식이에요." },
  "problem.captions_unknown": { en: "There are no captions yet.", ko: "아직 자막이 없어요." },
};
