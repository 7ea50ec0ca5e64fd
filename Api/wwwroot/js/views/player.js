// Owns the video: its source, its caption track, its clock.
import * as api from "../api.js";
import { attribute, el, fill } from "../dom.js";
import { languageName } from "../format.js";
import { asProblem, problemText } from "../problem.js";
import { t } from "../text.js";

export class Player {
  #video = el("video", { controls: true, preload: "metadata", playsinline: true });
  #note = el("p", { class: "player-note", role: "status", hidden: true });
  #uploadId;
  #renewed = false;

  element = el("div", { class: "player" }, this.#video, this.#note);

  /** `onTime(ms)` is called with the position of the video, whenever that changes. */
  constructor({ uploadId, name, onTime }) {
    this.#uploadId = uploadId;
    attribute(this.#video, "aria-label", () => t("player.label", { name }));
    const report = () => onTime(this.#video.currentTime * 1000);
    for (const event of ["timeupdate", "seeking", "seeked"]) this.#video.addEventListener(event, report);
    this.#video.addEventListener("error", () => this.#sourceFailed());
    this.#video.addEventListener("loadeddata", () => { this.#renewed = false; });
  }

  async load() {
    try {
      const upload = await api.getUpload(this.#uploadId);
      if (!upload.playbackUrl) return this.#say(() => t("player.gone"));
      this.element.classList.toggle("sound-only", !upload.media?.video);
      this.#video.src = upload.playbackUrl;
    } catch (fault) {
      const problem = asProblem(fault);
      this.#say(fault.status === 404 ? () => t("player.gone") : () => problemText(problem));
    }
  }

  /** Shows a WebVTT file over the picture. */
  showCaptions(url, language) {
    const track = el("track", { kind: "captions", srclang: language, label: languageName(language), src: url });
    this.#video.querySelector("track")?.remove();
    this.#video.append(track);
    track.track.mode = "showing";
  }

  /** Seeks; what was playing plays on, what was not stays still. */
  seek(ms) {
    // A hair late, so that rounding cannot land on the cue before.
    this.#video.currentTime = ms / 1000 + 0.001;
  }

  // The signed address runs out while a page stays open: one fresh address, then it is the file.
  async #sourceFailed() {
    if (this.#renewed || this.#video.error?.code === MediaError.MEDIA_ERR_DECODE) {
      return this.#say(() => t("player.unplayable"));
    }
    this.#renewed = true;
    const { currentTime, paused } = this.#video;
    await this.load();
    this.#video.currentTime = currentTime;
    if (!paused) this.#video.play().catch(() => {});
  }

  #say(text) {
    fill(this.#note, text);
    this.#note.hidden = false;
    this.#video.hidden = true;
  }
}
