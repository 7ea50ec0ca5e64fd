// Owns what is said when a job ended without captions: why, what it cost, where to go on.
import { Problem } from "../api.js";
import { el } from "../dom.js";
import { icon } from "../icons.js";
import { problemText } from "../problem.js";
import { t } from "../text.js";

export function outcome(job) {
  const failed = job.stage === "failed";
  const reason = failed && job.error && new Problem(job.error.code, 0, job.error.message);
  return el("section", { class: "outcome card", "data-tone": failed ? "bad" : "quiet" },
    failed && icon("alert", "outcome-mark"),
    el("div", {},
      el("h2", {}, () => (failed ? t("over.failed") : t("over.cancelled"))),
      reason && el("p", {}, () => problemText(reason)),
      job.credits.charged === 0 && el("p", { class: "soft" }, () => t("over.free")),
      el("p", { class: "actions" }, el("a", { class: "button", href: "/" }, () => t("over.again")))));
}
