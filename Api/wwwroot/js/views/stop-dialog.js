// Owns the question before a running job is stopped.
import { el } from "../dom.js";
import { t } from "../text.js";

export function confirmStop(onConfirm) {
  const close = () => dialog.close();
  const dialog = el("dialog", { class: "dialog", "aria-labelledby": "stop-title", "aria-describedby": "stop-text" },
    el("h2", { id: "stop-title" }, () => t("cancel.title")),
    el("p", { id: "stop-text", class: "soft" }, () => t("cancel.text")),
    el("div", { class: "actions end" },
      el("button", { type: "button", class: "button", onclick: close }, () => t("cancel.keep")),
      el("button", { type: "button", class: "button danger", onclick: () => { close(); onConfirm(); } },
        () => t("cancel.confirm"))));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
