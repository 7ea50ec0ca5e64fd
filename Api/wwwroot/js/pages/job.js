// Owns the page at /jobs/{id}: one video, followed while it is worked on, played and read when it is done.
import * as api from "../api.js";
import { announce, el, fill, focusOn, titleOf } from "../dom.js";
import { credits, duration, languageName, percent } from "../format.js";
import { icon } from "../icons.js";
import { canRetry, followJob, isOver, stageText, toneOf } from "../jobs.js";
import { asProblem, problemText } from "../problem.js";
import { loadSession, refreshCredits } from "../session.js";
import { t } from "../text.js";
import { accountCard } from "../views/account-card.js";
import { costSection, downloads } from "../views/job-facts.js";
import { header } from "../views/header.js";
import { outcome } from "../views/outcome.js";
import { Player } from "../views/player.js";
import { ProgressPanel } from "../views/progress-panel.js";
import { qualitySection } from "../views/quality.js";
import { Transcript } from "../views/transcript.js";

const main = document.getElementById("main");
const jobId = decodeURIComponent(location.pathname.split("/")[2] ?? "");

class JobPage {
  #id;
  #stage = el("span", { class: "stage" });
  #facts = el("p", { class: "soft" });
  #top = el("div", { class: "job-top" });
  #under = el("div", { class: "job-under" });
  #progress = new ProgressPanel({ onStop: () => this.#cancel() });
  #transcript = new Transcript({ onChoose: (ms) => this.#player.seek(ms) });
  #player;
  #shownStage = null;
  #draftUntilMs = 0;

  constructor(job) {
    this.#id = job.id;
    this.#player = new Player({
      uploadId: job.uploadId,
      name: job.fileName,
      onTime: (ms) => this.#transcript.setTime(ms),
    });
    fill(main, backLink(),
      el("div", { class: "job-heading" }, el("h1", { class: "page-title file-name" }, job.fileName), this.#stage),
      this.#facts, this.#top,
      el("div", { class: "job-columns" },
        el("div", { class: "job-media" }, this.#player.element),
        this.#transcript.element, this.#under));
  }

  open(job) {
    this.#player.load();
    this.#show(job);
    if (!isOver(job.stage)) this.#follow();
  }

  #follow() {
    followJob(this.#id, {
      onJob: (job) => this.#show(job),
      onRetry: () => this.#progress.showTrouble(() => t("progress.lost")),
      onProblem: showProblem,
    });
  }

  #show(job) {
    const changed = job.stage !== this.#shownStage;
    this.#shownStage = job.stage;
    const running = !isOver(job.stage);
    titleOf(() => [running && percent(job.progress.percent / 100), job.fileName, t("site.title")]
      .filter(Boolean).join(" · "));
    if (running) this.#progress.show(job);
    if (running) this.#showDraft(job);
    if (changed) this.#showStage(job, running);
  }

  #showStage(job, running) {
    const hadFocus = this.#progress.element.contains(document.activeElement);
    this.#stage.dataset.tone = toneOf(job.stage);
    fill(this.#stage, () => stageText(job.stage));
    this.#stage.hidden = running;
    fill(this.#facts, () => [languageName(job.language), duration(job.progress.mediaDurationMs),
      !running && job.credits.charged > 0 && credits(job.credits.charged)].filter(Boolean).join(" · "));
    if (running) fill(this.#top, this.#progress.element);
    else fill(this.#top, canRetry(job.stage) && outcome(job, { onRetry: () => this.#retry() }));
    main.classList.toggle("without-captions", canRetry(job.stage) && job.tracks.length === 0);
    fill(this.#under, job.mergeInto && mergedLink(job.mergeInto), job.tracks.length > 0 && downloads(job),
      job.quality && qualitySection(job.quality), costSection(job));
    refreshCredits();
    if (!running) announce(stageText(job.stage));
    if (!running && hadFocus) focusOn(main.querySelector("h1"));
    if (!running && !job.mergeInto) this.#showCaptions(job);
  }

  async #showCaptions(job) {
    const track = job.tracks.find((candidate) => candidate.language === job.language) ?? job.tracks[0];
    if (!track) return this.#transcript.show([], job.language);
    try {
      const { cues } = await api.getCues(job.id, track.language);
      this.#transcript.show(cues, track.language);
      this.#player.showCaptions(api.captionsUrl(job.id, track.language, "vtt"), track.language);
    } catch (fault) {
      const problem = asProblem(fault);
      this.#transcript.explain(() => problemText(problem));
    }
  }

  // The first minutes, while the rest is worked on. Who reads them with the keyboard is not disturbed.
  async #showDraft(job) {
    const { draftUntilMs } = job.progress;
    if (!draftUntilMs || draftUntilMs === this.#draftUntilMs) return;
    if (this.#transcript.element.contains(document.activeElement)) return;
    this.#draftUntilMs = draftUntilMs;
    try {
      const { cues } = await api.getCues(job.id, job.language);
      if (this.#draftUntilMs === draftUntilMs && !isOver(this.#shownStage)) this.#transcript.show(cues, job.language);
    } catch {
      // The next part brings them, or the end.
    }
  }

  async #retry() {
    try {
      this.#show(await api.retryJob(this.#id));
      this.#follow();
      focusOn(main.querySelector("h1"));
    } catch (fault) {
      const problem = asProblem(fault);
      announce(problemText(problem));
      this.#top.append(el("p", { class: "alert", role: "alert" }, () => problemText(problem)));
    }
  }

  async #cancel() {
    try {
      this.#show(await api.cancelJob(this.#id));
    } catch (fault) {
      const problem = asProblem(fault);
      this.#progress.showTrouble(() => problemText(problem));
    }
  }
}

function backLink() {
  return el("a", { class: "back", href: "/" }, icon("back"), () => t("job.back"));
}

function mergedLink(id) {
  return el("p", {}, el("a", { class: "button", href: `/jobs/${encodeURIComponent(id)}` }, () => t("job.merged")));
}

function showProblem(problem) {
  const missing = problem.status === 404;
  titleOf(() => t("site.title"));
  fill(main, backLink(), el("div", { class: "empty" },
    el("h1", { class: "page-title" }, () => (missing ? t("job.missing") : problemText(problem))),
    missing ? el("p", { class: "soft" }, () => t("job.missing.hint"))
      : el("button", { type: "button", class: "button primary", onclick: open }, () => t("site.retry"))));
}

function showAccount() {
  titleOf(() => t("site.title"));
  const onEnter = async () => {
    await open();
    focusOn(main.querySelector("h1"));
  };
  fill(main, el("h1", { class: "unseen" }, () => t("job.enter")),
    accountCard({ first: "enter", lead: () => t("job.enter"), onEnter }));
}

async function open() {
  try {
    if (!await loadSession()) return showAccount();
    const job = await api.getJob(jobId);
    new JobPage(job).open(job);
  } catch (fault) {
    if (fault.status === 401) showAccount();
    else showProblem(asProblem(fault));
  }
}

header(() => location.assign("/"));
open();
