// Owns what is seen of a file on its way up: how far, how long yet, stopping, going on after a break.
import * as api from "../api.js";
import { announce, el, fill } from "../dom.js";
import { bytes, percent, remaining } from "../format.js";
import { asProblem, problemText } from "../problem.js";
import { t } from "../text.js";
import { sendFile } from "../upload.js";
import { mayPass, remainingMs } from "../upload-plan.js";

/**
 * Sends the file to `upload`, or to a new one, at once. `onOpen` gets the upload that takes it; then it ends with
 * `onReady(upload)` or with `onDrop(upload or null, problem or null)`.
 */
export function sendCard({ file, upload, onOpen, onReady, onDrop }) {
  const bar = el("progress", { max: "100", value: "0", "aria-label": () => t("send.progress") });
  const state = el("p", { class: "send-state" }, () => t("send.preparing"));
  const amount = el("p", { class: "soft figures" });
  const alert = el("p", { class: "alert", role: "alert", hidden: true });
  const again = el("button", { type: "button", class: "button primary", hidden: true }, () => t("send.continue"));
  const cancel = el("button", { type: "button", class: "button" }, () => t("send.cancel"));
  const stop = new AbortController();
  let opened = upload;

  const run = async () => {
    const progress = progressShower({ bar, state, amount });
    alert.hidden = true;
    again.hidden = true;
    addEventListener("beforeunload", keepPage);
    try {
      opened = opened ? await api.getUpload(opened.id, stop.signal) : await open(file, stop.signal);
      onOpen(opened);
      onReady(await sendFile(file, opened, { signal: stop.signal, onProgress: progress }));
    } catch (fault) {
      if (!stop.signal.aborted) broken(asProblem(fault));
    }
    removeEventListener("beforeunload", keepPage);
  };
  const broken = (problem) => {
    if (!mayPass(problem)) return onDrop(opened, problem);
    fill(state);
    fill(alert, () => problemText(problem));
    alert.hidden = false;
    again.hidden = false;
  };

  again.addEventListener("click", run);
  cancel.addEventListener("click", () => {
    stop.abort();
    onDrop(opened, null);
  });
  run();
  return el("div", { class: "send stack" },
    el("h2", { class: "file-name" }, file.name), bar,
    el("div", { class: "send-line" }, state, amount), alert,
    el("div", { class: "actions" }, again, cancel));
}

function open(file, signal) {
  const contentType = file.type || "application/octet-stream";
  return api.createUpload({ fileName: file.name, sizeBytes: file.size, contentType }, signal);
}

function progressShower({ bar, state, amount }) {
  let first = null;
  let said = "";
  return (progress) => {
    const { sentBytes, totalBytes } = progress;
    first ??= { at: performance.now(), sentBytes };
    const leftMs = remainingMs({
      sinceStartBytes: sentBytes - first.sentBytes,
      elapsedMs: performance.now() - first.at,
      leftBytes: totalBytes - sentBytes,
    });
    const texts = {
      sending: () => t("send.sending", { percent: percent(sentBytes / totalBytes) }),
      retrying: () => t("send.retrying"),
      checking: () => t("send.checking"),
    }[progress.state];
    if (progress.state === "checking") bar.removeAttribute("value");
    else bar.value = (100 * sentBytes) / totalBytes;
    fill(state, texts);
    fill(amount, progress.state === "checking" ? null : () => amountText(sentBytes, totalBytes, leftMs));
    const quarter = progress.state + Math.floor((4 * sentBytes) / totalBytes);
    if (quarter !== said) announce(texts());
    said = quarter;
  };
}

function amountText(sentBytes, totalBytes, leftMs) {
  const amount = t("send.amount", { sent: bytes(sentBytes), total: bytes(totalBytes) });
  return leftMs === null ? amount : `${amount} · ${remaining(leftMs)}`;
}

function keepPage(event) {
  event.preventDefault();
}
