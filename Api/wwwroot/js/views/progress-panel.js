// Owns how a running job is shown: how far it is, how long yet, its steps, and stopping it.
import { announce, el, fill } from "../dom.js";
import { duration, moment, percent, remaining } from "../format.js";
import { icon } from "../icons.js";
import { canStop, stageText, stepNames, stepOf } from "../jobs.js";
import { t } from "../text.js";
import { ChunkMap } from "./chunk-map.js";
import { confirmStop } from "./stop-dialog.js";

export class ProgressPanel {
  #bar = el("progress", { max: "100", "aria-label": () => t("progress.label") });
  #figure = el("p", { class: "progress-figure figures", "aria-hidden": "true" });
  #state = el("h2", { class: "progress-state" });
  #facts = el("p", { class: "soft figures" });
  #chunks = new ChunkMap();
  #steps = el("ol", { class: "steps" });
  #trouble = el("p", { class: "soft", role: "status" });
  #stop = el("button", { type: "button", class: "button" }, () => t("cancel.open"));
  #said = "";

  element = el("section", { class: "progress card", "aria-label": () => t("progress.title") },
    el("div", { class: "progress-head" }, el("div", {}, this.#state, this.#facts), this.#figure),
    this.#bar, this.#chunks.element, this.#steps,
    el("div", { class: "progress-foot" },
      el("div", {}, el("p", { class: "soft" }, () => t("progress.stay")), this.#trouble), this.#stop));

  /** `onStop` is called once the user has confirmed it. */
  constructor({ onStop }) {
    this.#stop.addEventListener("click", () => confirmStop(onStop));
  }

  show(job) {
    const { progress, stage } = job;
    this.#bar.value = progress.percent;
    fill(this.#figure, () => percent(progress.percent / 100));
    fill(this.#state, () => stageText(stage));
    fill(this.#facts, () => factsText(job));
    this.#chunks.show(progress.chunks);
    this.#showSteps(stepOf(stage));
    fill(this.#trouble);
    this.#stop.hidden = !canStop(job);
    this.#say(stage, progress.percent);
  }

  /** A sentence that stays until the next change. */
  showTrouble(text) {
    fill(this.#trouble, text);
  }

  #showSteps(now) {
    this.#steps.hidden = now === null;
    fill(this.#steps, stepNames.map((name, index) => {
      const done = index < now;
      const text = () => t(`step.${name}`);
      const said = () => (done ? t("step.done", { step: text() }) : text());
      return el("li", { class: done ? "step is-done" : "step", "aria-current": index === now && "step" },
        done ? icon("check", "step-mark") : el("span", { class: "step-mark" }),
        el("span", { class: "unseen" }, said), el("span", { "aria-hidden": "true" }, text));
    }));
  }

  // Each stage and each quarter is said once; a voice at every per cent would drown the page.
  #say(stage, percentNow) {
    const mark = `${stage} ${Math.floor(percentNow / 25)}`;
    const text = () => t("progress.said", { stage: stageText(stage), percent: percent(percentNow / 100) });
    if (mark !== this.#said) announce(text());
    this.#said = mark;
  }
}

function factsText({ progress }) {
  const { processedMs, orderedMs, estimatedRemainingMs, speedMsPerSecond, queue, waitingForSpaceSince } = progress;
  const space = waitingForSpaceSince && t("progress.space");
  const processed = t("progress.processed", { done: duration(processedMs), total: duration(orderedMs) });
  const left = Number.isFinite(estimatedRemainingMs) && remaining(estimatedRemainingMs);
  const times = Math.round(speedMsPerSecond / 1000);
  const speed = times > 1 && t("progress.speed", { times });
  return [space, queue && queueText(queue), left, processedMs > 0 && processed, speed].filter(Boolean).join(" · ")
    || duration(orderedMs);
}

function queueText({ position, estimatedStartAt, isPaused }) {
  if (isPaused) return t("queue.paused");
  const ahead = position === 0 ? t("queue.next") : t("queue.before", { count: position });
  return estimatedStartAt ? `${ahead} · ${t("queue.start", { time: moment(estimatedStartAt) })}` : ahead;
}
