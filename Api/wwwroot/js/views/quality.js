// Owns what the audit of the captions found, in plain figures.
import { el } from "../dom.js";
import { duration, percent } from "../format.js";
import { t } from "../text.js";

export function qualitySection(quality) {
  const facts = [
    [() => t("quality.uncaptioned"), () => duration(quality.uncaptionedVoiceMs)],
    [() => t("quality.repeated"), () => percent(quality.repetitionScore)],
    [() => t("quality.estimated"), () => percent(quality.estimatedTimeShare)],
    [() => t("quality.silent"), () => t("cues.count", { count: quality.cuesInSilence })],
  ];
  return el("section", { class: "cost", "aria-labelledby": "quality-title" },
    el("h2", { id: "quality-title", class: "section-title" }, () => t("quality.title")),
    el("table", { class: "quote" }, el("tbody", {}, facts.map(([name, value]) =>
      el("tr", {}, el("th", { scope: "row" }, name), el("td", { class: "figures" }, value))))));
}
