// Owns what a stranger reads: what this is, what it looks like, and how it charges.
import { el } from "../dom.js";
import { t } from "../text.js";

/** The landing, with `card` beside it. */
export function landing(card) {
  return el("div", { class: "landing" },
    el("div", { class: "landing-text" },
      el("h1", {}, () => t("landing.title")),
      el("p", { class: "lead" }, () => t("landing.lead"))),
    card,
    specimen(),
    el("ul", { class: "facts" },
      fact(() => t("landing.price.title"), () => t("landing.price.text")),
      fact(() => t("landing.fair.title"), () => t("landing.fair.text")),
      fact(() => t("landing.formats.title"), () => t("landing.formats.text"))));
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
