// Owns the strip of a job's parts: which are recognised, which are worked on, which failed.
import { attribute, el, fill } from "../dom.js";
import { timecode } from "../format.js";
import { t } from "../text.js";

export class ChunkMap {
  #shown = "";

  element = el("ol", { class: "chunks", role: "img", hidden: true });

  /** One part alone says nothing that the bar does not. */
  show(chunks) {
    this.element.hidden = chunks.length < 2;
    const states = chunks.map((chunk) => chunk.state).join();
    if (states === this.#shown) return;
    this.#shown = states;
    const count = (state) => chunks.filter((chunk) => chunk.state === state).length;
    attribute(this.element, "aria-label", () => [t("chunks.done", { done: count("done"), count: chunks.length }),
      count("running") > 0 && t("chunks.running", { count: count("running") }),
      count("failed") > 0 && t("chunks.failed", { count: count("failed") })].filter(Boolean).join(", "));
    fill(this.element, chunks.map((chunk) => el("li", {
      class: "chunk",
      "data-state": chunk.state,
      title: `${timecode(chunk.startMs)}–${timecode(chunk.endMs)}`,
    })));
  }
}
