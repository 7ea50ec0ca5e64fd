// Owns what a stranger reads: what this is, what it looks like, and how it charges.
import { el } from "../dom.js";
import { t } from "../text.js";

/** The pitch, with `card` beside it. */
export function pitch(card) {
  return el("div", { class: "pitch" },
    el("div", { class: "pitch-words" },
      el("h1", {}, () => t("pitch.title")),
      el("p", { class: "lead" }, () => t("pitch.lead"))),
    card,
    specimen(),
    el("ul", { class: "facts" },
      fact(() => t("pitch.price.title"), () => t("pitch.price.text")),
      fact(() => t("pitch.fair.title"), () => t("pitch.fair.text")),
      fact(() => t("pitch.formats.title"), () => t("pitch.formats.text"))));
}

// A drawing of the product at work: real speech, its cues beneath it, one of them on the screen.
function specimen() {
  return el("figure", { class: "specimen", "aria-hidden": "true" },
    el("img", { src: "/img/specimen.svg", alt: "" }),
    el("p", { class: "specimen-caption", lang: "en" },
      el("span", {}, "unless to be rather cold-hearted,"),
      el("span", {}, "and rather selfish, is to be ill-disposed:")));
}

function fact(title, text) {
  return el("li", {}, el("h2", {}, title), el("p", { class: "soft" }, text));
}
