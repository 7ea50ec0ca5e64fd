// Owns what is said when a job ended without all of its captions: why, what it cost, how to get the rest.
import { Problem } from "../api.js";
import { el } from "../dom.js";
import { icon } from "../icons.js";
import { problemText } from "../problem.js";
import { t } from "../text.js";
import { ChunkMap } from "./chunk-map.js";

const titles = {
  failed: () => t("over.failed"),
  partial: () => t("over.partial"),
  cancelled: () => t("over.cancelled"),
};

/** `onRetry` asks for what is missing; its promise fails with a problem that is shown here. */
export function outcome(job, { onRetry }) {
  const bad = job.stage !== "cancelled";
  const reason = bad && job.error && new Problem(job.error.code, 0, job.error.message);
  const chunks = new ChunkMap();
  chunks.show(job.progress.chunks);
  return el("section", { class: "outcome card", "data-tone": bad ? "bad" : "quiet" },
    bad && icon("alert", "outcome-mark"),
    el("div", {},
      el("h2", {}, titles[job.stage]),
      reason && el("p", {}, () => problemText(reason)),
      job.credits.charged === 0 ? el("p", { class: "soft" }, () => t("over.free"))
        : el("p", { class: "soft" }, () => t("over.delivered")),
      chunks.element,
      el("p", { class: "actions" },
        el("button", { type: "button", class: "button primary", onclick: onRetry }, () => t("over.retry")),
        el("a", { class: "button", href: "/" }, () => t("over.again")))));
}
