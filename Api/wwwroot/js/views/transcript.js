// Owns the list of cues beside the player: choosing one goes there, the one being spoken is marked.
import { cueAt } from "../cues.js";
import { el, fill } from "../dom.js";
import { timecode } from "../format.js";
import { t } from "../text.js";

export class Transcript {
  #cues = [];
  #buttons = [];
  #current = -1;
  #entry = 0;
  #onChoose;
  #count = el("span", { class: "soft figures" });
  #list = el("ol", { class: "cues" });
  #body = el("div", { class: "transcript-body" });

  element = el("section", { class: "transcript card", "aria-labelledby": "cues-title" },
    el("div", { class: "transcript-head" }, el("h2", { id: "cues-title" }, () => t("cues.title")), this.#count),
    this.#body);

  constructor({ onChoose }) {
    this.#onChoose = onChoose;
    this.#list.addEventListener("keydown", (event) => this.#move(event));
    fill(this.#body, el("p", { class: "soft hint" }, () => t("cues.wait")));
  }

  show(cues, language) {
    this.#cues = cues;
    this.#buttons = cues.map((cue, index) => this.#button(cue, index));
    this.#enterAt(0);
    this.#list.lang = language;
    fill(this.#list, this.#buttons.map((button) => el("li", {}, button)));
    fill(this.#count, () => t("cues.count", { count: cues.length }));
    fill(this.#body, cues.length > 0 ? this.#list : el("p", { class: "soft hint" }, () => t("cues.none")));
  }

  explain(text) {
    fill(this.#body, el("p", { class: "alert", role: "alert" }, text));
  }

  setTime(ms) {
    const next = cueAt(this.#cues, ms);
    if (next === this.#current) return;
    this.#buttons[this.#current]?.removeAttribute("aria-current");
    this.#current = next;
    if (next < 0) return;
    this.#buttons[next].setAttribute("aria-current", "true");
    // Who walks the list with the keyboard is not pulled away from where they are.
    if (this.#list.querySelector(":focus-visible")) return;
    this.#enterAt(next);
    this.#reveal(this.#buttons[next]);
  }

  #button(cue, index) {
    const choose = () => {
      this.#enterAt(index);
      this.#onChoose(cue.startMs);
    };
    return el("button", { type: "button", class: "cue", tabindex: "-1", onclick: choose },
      el("span", { class: "cue-time figures" }, timecode(cue.startMs)),
      el("span", { class: "cue-text" }, cue.lines.join(" ")));
  }

  // One stop for the Tab key however many cues there are; the arrows walk from there.
  #enterAt(index) {
    this.#buttons[this.#entry]?.setAttribute("tabindex", "-1");
    this.#entry = index;
    this.#buttons[index]?.setAttribute("tabindex", "0");
  }

  #move(event) {
    const last = this.#buttons.length - 1;
    const here = this.#buttons.indexOf(document.activeElement);
    const next = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: last }[event.key];
    if (next === undefined || here < 0) return;
    event.preventDefault();
    this.#enterAt(Math.min(last, Math.max(0, next)));
    this.#buttons[this.#entry].focus();
  }

  // Scrolls the list alone: the page stays where its reader put it.
  #reveal(button) {
    const box = this.#body.getBoundingClientRect();
    const { top, height } = button.getBoundingClientRect();
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const to = this.#body.scrollTop + top - box.top - (box.height - height) / 2;
    this.#body.scrollTo({ top: to, behavior: calm ? "instant" : "smooth" });
  }
}
