// Owns the start of a job: a file is chosen, uploaded, priced and started, one at a time.
import * as api from "../api.js";
import { el, fill, focusOn } from "../dom.js";
import { percent } from "../format.js";
import { asProblem, problemText } from "../problem.js";
import { t } from "../text.js";
import { forgetUpload, recallUpload, rememberUpload } from "../upload-memory.js";
import { isSameFile, sentBytes } from "../upload-plan.js";
import { closeDropzone, dropzone } from "./dropzone.js";
import { orderCard } from "./order-card.js";
import { sendCard } from "./send-card.js";

/** An element that opens with what was left unfinished, else with the dropzone. */
export function dashboard(user) {
  const view = new Dashboard(user);
  view.open();
  return view.element;
}

class Dashboard {
  element = el("section", { class: "dashboard card", "aria-label": () => t("home.title") });
  #user;

  constructor(user) {
    this.#user = user;
  }

  async open() {
    const remembered = recallUpload(this.#user.userId);
    try {
      const upload = remembered && await api.getUpload(remembered.uploadId);
      if (upload?.state === "ready") return this.#order(upload, false);
      if (upload?.state === "open") return this.#resume(upload, remembered);
      forgetUpload();
      this.#take(null, false);
    } catch (fault) {
      if (fault.status === 404) forgetUpload();
      this.#take(fault.status === 404 ? null : asProblem(fault), false);
    }
  }

  #take(problem, focus = true) {
    const message = problem && (() => problemText(problem));
    this.#show(dropzone({ onFile: (file) => this.#send(file, null), message }), focus);
  }

  #resume(upload, remembered) {
    const share = sentBytes(upload.parts, new Map()) / upload.sizeBytes;
    const onFile = (file) => {
      if (isSameFile(remembered, file)) return this.#send(file, upload);
      api.deleteUpload(upload.id).catch(() => {});
      this.#send(file, null);
    };
    const unfinished = {
      title: () => t("drop.resume", { name: upload.fileName, percent: percent(share) }),
      onDiscard: () => this.#discard(upload, null),
    };
    this.#show(dropzone({ onFile, unfinished }), false);
  }

  #send(file, upload) {
    this.#show(sendCard({
      file,
      upload,
      onOpen: (opened) => rememberUpload(this.#user.userId, opened.id, file),
      onReady: (ready) => this.#order(ready),
      onDrop: (opened, problem) => this.#discard(opened, problem),
    }));
  }

  #order(upload, focus = true) {
    this.#show(orderCard({ upload, onDrop: (problem) => this.#discard(upload, problem) }), focus);
  }

  /** Lets go of an upload (its bytes too) and waits for another file. */
  #discard(upload, problem) {
    forgetUpload();
    if (upload) api.deleteUpload(upload.id).catch(() => {});
    this.#take(problem);
  }

  #show(child, focus = true) {
    if (!child.matches(".dropzone")) closeDropzone();
    fill(this.element, child);
    if (focus) focusOn(child.querySelector("h2"));
  }
}
