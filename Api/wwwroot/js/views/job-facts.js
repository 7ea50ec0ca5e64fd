// Owns what stands under the player: the files to take away, and the cost with its calculation.
import { captionsUrl } from "../api.js";
import { el } from "../dom.js";
import { credits, duration, languageName, moment } from "../format.js";
import { icon } from "../icons.js";
import { t } from "../text.js";
import { quoteTable } from "./quote-table.js";

const formats = [["srt", "SRT"], ["vtt", "WebVTT"], ["txt", "TXT"], ["json", "JSON"]];

export function downloads(job) {
  return el("section", { class: "downloads", "aria-labelledby": "files-title" },
    el("h2", { id: "files-title", class: "section-title" }, () => t("files.title")),
    job.tracks.map((track) => el("div", { class: "download-row" },
      job.tracks.length > 1 && el("p", { class: "soft" }, () => languageName(track.language)),
      el("ul", { class: "actions" }, formats.map(([format, name]) =>
        el("li", {}, download(job.id, track.language, format, name)))))));
}

function download(id, language, format, name) {
  return el("a", {
    class: "button",
    href: captionsUrl(id, language, format, true),
    download: true,
    "aria-label": () => t("files.label", { format: name, language: languageName(language) }),
  }, icon("download"), name);
}

export function costSection(job) {
  const { held, charged } = job.credits;
  const extra = [
    held > 0 && [() => t("cost.held"), () => credits(held)],
    held === 0 && [() => t("cost.charged"), () => credits(charged)],
  ].filter(Boolean);
  return el("section", { class: "cost", "aria-labelledby": "cost-title" },
    el("h2", { id: "cost-title", class: "section-title" }, () => t("cost.title")),
    quoteTable(job.quote.lines, job.quote.totalCredits, extra),
    el("p", { class: "soft fine" }, () => factsText(job)));
}

function factsText(job) {
  const took = job.startedAt && job.finishedAt
    && duration(Math.max(1000, Date.parse(job.finishedAt) - Date.parse(job.startedAt)));
  return [
    t("cost.list", { version: job.quote.priceListVersion }),
    `${t("cost.started")} ${moment(job.createdAt)}`,
    took && `${t("cost.took")} ${took}`,
  ].filter(Boolean).join(" · ");
}
