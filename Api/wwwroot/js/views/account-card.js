// Owns the card that signs people up and in.
import { attribute, el, fill, focusOn } from "../dom.js";
import { asProblem, problemText } from "../problem.js";
import { createAccount, enter } from "../session.js";
import { t } from "../text.js";

const forms = {
  create: { act: createAccount, other: "enter", autocomplete: "new-password" },
  enter: { act: enter, other: "create", autocomplete: "current-password" },
};

const titles = { create: () => t("account.create"), enter: () => t("account.enter") };
const leads = { create: () => t("account.create.lead"), enter: () => t("account.enter.lead") };
const submits = { create: () => t("account.create.submit"), enter: () => t("account.enter.submit") };
const switches = { create: () => t("account.to.create"), enter: () => t("account.to.enter") };

/** `first` is the form to open with: `create` or `enter`. `onEnter` is called when somebody is signed in. */
export function accountCard({ first, onEnter, lead }) {
  const card = el("section", { class: "card account", "aria-labelledby": "account-title" });
  const show = (kind, email, focus) => {
    const other = forms[kind].other;
    const title = el("h2", { id: "account-title" }, titles[kind]);
    const form = accountForm(kind, email, onEnter);
    fill(card, title, el("p", { class: "soft" }, lead ?? leads[kind]), form,
      el("p", { class: "account-switch" }, switches[other], " ",
        el("button", { type: "button", class: "link", onclick: () => show(other, form.email.value, true) },
          titles[other])));
    if (focus) focusOn(title);
  };
  show(first, "", false);
  return card;
}

function accountForm(kind, knownEmail, onEnter) {
  const alert = el("p", { class: "alert", role: "alert", hidden: true });
  const email = field("email", () => t("account.email"),
    { type: "email", autocomplete: "email", value: knownEmail, inputmode: "email", spellcheck: "false" });
  const password = field("password", () => t("account.password"),
    { type: "password", autocomplete: forms[kind].autocomplete },
    kind === "create" ? () => t("account.password.hint") : null);
  password.frame.append(showSwitch(password.input));
  const submit = el("button", { class: "button primary wide", type: "submit" }, submits[kind]);
  const form = el("form", { class: "stack", novalidate: true }, alert, email.whole, password.whole, submit);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.getAttribute("aria-busy") === "true") return;
    email.say(email.input.value.trim() ? null : () => t("account.email.missing"));
    password.say(password.input.value ? null : () => t("account.password.missing"));
    alert.hidden = true;
    const wrong = [email, password].find((candidate) => candidate.isWrong());
    if (wrong) return wrong.input.focus();
    form.setAttribute("aria-busy", "true");
    try {
      await forms[kind].act(email.input.value.trim(), password.input.value);
      onEnter();
    } catch (fault) {
      explain(asProblem(fault), { email, password, alert });
    }
    form.removeAttribute("aria-busy");
  });
  return form;
}

function explain(problem, { email, password, alert }) {
  const about = problem.code.startsWith("email_") ? email : problem.code.startsWith("password_") ? password : null;
  if (about) {
    about.say(() => problemText(problem));
    about.input.focus();
    return;
  }
  fill(alert, () => problemText(problem));
  alert.hidden = false;
}

function field(name, label, attributes, hint = null) {
  const input = el("input", { id: `account-${name}`, name, required: true, ...attributes });
  const note = el("p", { id: `account-${name}-note`, class: "note" }, hint);
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

function showSwitch(input) {
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
