// Owns the list of the workspace's videos, newest first, with what is running kept live.
import * as api from "../api.js";
import { el, fill } from "../dom.js";
import { credits, duration, moment, percent } from "../format.js";
import { icon } from "../icons.js";
import { followJob, isOver, rowOf, stageText, toneOf } from "../jobs.js";
import { asProblem, problemText } from "../problem.js";
import { refreshCredits } from "../session.js";
import { t } from "../text.js";

// A browser keeps six connections to one host over HTTP/1.1, and an upload takes three of them.
const followedAtOnce = 2;

export function jobList() {
  const list = new JobList();
  list.load(null);
  return list.element;
}

class JobList {
  #rows = new Map();
  #following = new Map();
  #list = el("ul", { class: "jobs" });
  #foot = el("div", { class: "jobs-foot" });

  element = el("section", { "aria-labelledby": "jobs-title" },
    el("h2", { id: "jobs-title", class: "section-title" }, () => t("jobs.title")), this.#list, this.#foot);

  async load(cursor) {
    try {
      const page = await api.listJobs(cursor);
      for (const job of page.items) this.#put(job);
      this.#end(page.nextCursor);
      this.#follow();
    } catch (fault) {
      const problem = asProblem(fault);
      fill(this.#foot, el("p", { class: "alert", role: "alert" }, () => problemText(problem)),
        el("button", { type: "button", class: "button", onclick: () => this.load(cursor) }, () => t("site.retry")));
    }
  }

  #put(job) {
    const row = this.#rows.get(job.id)?.row ?? new JobRow(job);
    row.show(job);
    if (!row.element.parentNode) this.#list.append(row.element);
    this.#rows.set(job.id, { job, row });
  }

  #end(nextCursor) {
    if (this.#rows.size === 0) return void fill(this.#foot, empty());
    fill(this.#foot, nextCursor && el("button", { type: "button", class: "button",
      onclick: () => this.load(nextCursor) }, () => t("jobs.more")));
  }

  #follow() {
    for (const { job } of this.#rows.values()) {
      if (this.#following.size >= followedAtOnce) return;
      if (isOver(job.stage) || this.#following.has(job.id)) continue;
      const onJob = (live) => {
        this.#put(rowOf(live));
        if (isOver(live.stage)) this.#finished(live.id);
      };
      this.#following.set(job.id, followJob(job.id, { onJob, onProblem: () => this.#following.delete(job.id) }));
    }
  }

  #finished(id) {
    this.#following.delete(id);
    refreshCredits();
    this.#follow();
  }
}

// Changes in place, so that the focus on its link survives the change.
class JobRow {
  #facts = el("span", { class: "soft job-facts" });
  #stage = el("span", { class: "stage" });

  constructor(job) {
    const name = el("span", { class: "job-name" }, job.fileName);
    this.element = el("li", { class: "job" },
      el("a", { class: "job-link", href: `/jobs/${job.id}` }, name, this.#facts),
      this.#stage, icon("forward", "icon job-go"));
  }

  show(job) {
    const isTranscribing = job.stage === "transcribing" && Number.isFinite(job.percent);
    this.#stage.dataset.tone = toneOf(job.stage);
    fill(this.#facts, () => factsText(job));
    fill(this.#stage, () => [stageText(job.stage), isTranscribing && percent(job.percent / 100)]
      .filter(Boolean).join(" "));
  }
}

function factsText(job) {
  const charge = job.stage === "done" ? credits(job.chargedCredits) : null;
  return [moment(job.createdAt), job.mediaDurationMs > 0 && duration(job.mediaDurationMs), charge]
    .filter(Boolean).join(" · ");
}

function empty() {
  return el("div", { class: "empty" },
    el("p", {}, () => t("jobs.empty")), el("p", { class: "soft" }, () => t("jobs.empty.hint")));
}
