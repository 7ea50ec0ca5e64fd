// Owns taking a file from the user: by dropping it anywhere on the page or by choosing it.
import { el, fill } from "../dom.js";
import { icon } from "../icons.js";
import { t } from "../text.js";

let takeDrop = null;
listenToPage();

/**
 * `onFile` gets one file that is not empty. `message` is a sentence to open with, for example a refusal.
 * `unfinished` (`title`, `onDiscard`) asks for the file of an upload that was broken off.
 */
export function dropzone({ onFile, message = null, unfinished = null }) {
  const alert = el("p", { class: "alert", role: "alert", hidden: !message }, message);
  takeDrop = (files) => {
    const wrong = files.length > 1 ? () => t("drop.one") : files[0]?.size === 0 ? () => t("drop.empty") : null;
    fill(alert, wrong);
    alert.hidden = !wrong;
    if (!wrong && files.length === 1) onFile(files[0]);
  };
  const text = unfinished
    ? { title: unfinished.title, hint: () => t("drop.resume.hint"), choose: () => t("drop.resume.choose") }
    : { title: () => t("drop.title"), hint: () => t("drop.hint"), choose: () => t("drop.choose") };
  return el("div", { class: "dropzone" },
    icon("film", "dropzone-mark"),
    el("h2", {}, text.title),
    el("p", { class: "soft" }, text.hint),
    el("div", { class: "actions" },
      chooser(text.choose),
      unfinished && el("button", { type: "button", class: "button", onclick: unfinished.onDiscard },
        () => t("drop.resume.discard"))),
    alert);
}

// A button that opens the file dialogue, and the input that it stands for.
function chooser(label) {
  const input = el("input", { type: "file", accept: "video/*,audio/*,.mkv,.mxf,.ts", hidden: true });
  input.addEventListener("change", () => {
    const files = [...input.files];
    input.value = "";
    takeDrop?.(files);
  });
  const button = el("button", { type: "button", class: "button primary", onclick: () => input.click() },
    icon("upload"), label);
  return [button, input];
}

/** While something else is shown instead of the dropzone, dropped files are not accepted. */
export function closeDropzone() {
  takeDrop = null;
}

// A file dropped beside its target must never make the browser leave the page.
function listenToPage() {
  const mark = (on) => document.documentElement.classList.toggle("dragging", on && takeDrop !== null);
  const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
  addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = takeDrop ? "copy" : "none";
    mark(true);
  });
  addEventListener("dragleave", (event) => event.relatedTarget === null && mark(false));
  addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    mark(false);
    takeDrop?.([...event.dataTransfer.files]);
  });
}
