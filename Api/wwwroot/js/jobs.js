// Owns what the stages of a job mean to the page, and following a job while it runs.
import * as api from "./api.js";
import { t } from "./text.js";

const overStages = ["done", "partial", "failed", "cancelled"];
const stoppableStages = ["accepted", "reserved", "transcribing"];
const steps = { accepted: 0, reserved: 0, transcribing: 1, storing: 2, settling: 2, done: 3 };
const longestPauseMs = 15_000;

export const stepNames = ["queued", "transcribing", "captioning", "ready"];

export function isOver(stage) {
  return overStages.includes(stage);
}

/** Storing captions takes a moment, unless there is no space for them. */
export function canStop({ stage, progress }) {
  return stoppableStages.includes(stage) || (stage === "storing" && Boolean(progress.waitingForSpaceSince));
}

/** Whether another run could bring what is missing. */
export function canRetry(stage) {
  return isOver(stage) && stage !== "done";
}

/** Which of the four steps a stage belongs to, or null when it is on none (it ends without captions). */
export function stepOf(stage) {
  return steps[stage] ?? null;
}

/** `ok`, `bad`, `quiet` or `busy`: how a stage looks. */
export function toneOf(stage) {
  return { done: "ok", partial: "bad", failed: "bad", cancelled: "quiet" }[stage] ?? "busy";
}

export function stageText(stage) {
  return t(`stage.${stage}`);
}

/** A list row from a whole job. */
export function rowOf(job) {
  return {
    id: job.id,
    fileName: job.fileName,
    language: job.language,
    stage: job.stage,
    createdAt: job.createdAt,
    finishedAt: job.finishedAt,
    mediaDurationMs: job.progress.mediaDurationMs,
    quotedCredits: job.credits.quoted,
    chargedCredits: job.credits.charged,
    errorCode: job.error?.code ?? null,
    percent: job.progress.percent,
  };
}

/**
 * Calls `onJob` at every change until the job is over. Losing the server is waited out (`onRetry` is called); being
 * signed out or the job being gone ends it through `onProblem`. Answers a function that stops following.
 */
export function followJob(id, { onJob, onRetry = () => {}, onProblem }) {
  let stop = () => {};
  let stopped = false;
  let lastEvent = -1;

  const publish = (job) => {
    // An end counts whatever its number: a silo that died may have published a higher one.
    if (stopped || (job.eventNumber < lastEvent && !isOver(job.stage))) return;
    lastEvent = job.eventNumber;
    if (isOver(job.stage)) end();
    onJob(job);
  };
  const end = () => {
    stopped = true;
    stop();
  };
  const watch = (attempt) => {
    const onLost = () => {
      onRetry();
      const timer = setTimeout(() => ask(attempt + 1), Math.min(longestPauseMs, 1000 * 2 ** attempt));
      stop = () => clearTimeout(timer);
    };
    const onJob = (job) => {
      attempt = 0;
      publish(job);
    };
    stop = api.watchJob(id, { onJob, onRetry, onLost });
  };
  const ask = async (attempt) => {
    try {
      publish(await api.getJob(id));
    } catch (fault) {
      if (fault.status >= 400 && fault.status < 500) {
        end();
        onProblem(fault);
      }
    }
    if (!stopped) watch(attempt);
  };

  watch(0);
  return end;
}
