// Owns a labelled input with its note, and the switch that shows a password.
import { attribute, el, fill } from "../dom.js";
import { t } from "../text.js";

/** `say` puts a fault under the input, and null takes it away; `hint` stands there otherwise. */
export function field(form, name, label, attributes, hint = null) {
  const input = el("input", { id: `${form}-${name}`, name, required: true, ...attributes });
  const note = el("p", { id: `${form}-${name}-note`, class: "note" }, hint);
  const frame = el("div", { class: "field-frame" }, input);
  input.setAttribute("aria-describedby", note.id);
  const say = (text) => {
    fill(note, text ?? hint);
    note.classList.toggle("wrong", text !== null);
    if (text) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  };
  const whole = el("div", { class: "field" }, el("label", { for: input.id }, label), frame, note);
  return { input, frame, whole, say, isWrong: () => input.getAttribute("aria-invalid") === "true" };
}

/** Six digits of the authenticator app, or a recovery code. */
export function codeField(form) {
  return field(form, "code", () => t("account.code"),
    { type: "text", autocomplete: "one-time-code", spellcheck: "false", autocapitalize: "off" },
    () => t("account.code.hint"));
}

/** A password that is there already, before what only its owner may do. */
export function passwordField(form, name, label) {
  const present = field(form, name, label, { type: "password", autocomplete: "current-password" });
  present.frame.append(showSwitch(present.input));
  return { ...present, isPresentPassword: true, missing: () => t("account.password.missing") };
}

/** A password that is to be. */
export function newPassword(form) {
  const next = field(form, "password", () => t("link.password"), { type: "password", autocomplete: "new-password" },
    () => t("account.password.hint"));
  next.frame.append(showSwitch(next.input));
  return { ...next, missing: () => t("account.password.missing") };
}

export function showSwitch(input) {
  const button = el("button", { type: "button", class: "field-switch", "aria-controls": input.id });
  const show = (visible) => {
    input.type = visible ? "text" : "password";
    attribute(button, "aria-label",
      () => (visible ? t("account.password.hide.label") : t("account.password.show.label")));
    fill(button, () => (visible ? t("account.password.hide") : t("account.password.show")));
  };
  button.addEventListener("click", () => show(input.type === "password"));
  show(false);
  return button;
}
