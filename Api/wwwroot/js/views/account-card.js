// Owns the card that signs people up and in: by password, by the code after it, and at other providers.
import * as api from "../api.js";
import { el, fill, focusOn } from "../dom.js";
import { asProblem, problemText } from "../problem.js";
import { createAccount, enter, enterCode } from "../session.js";
import { t } from "../text.js";
import { codeField, field, showSwitch } from "./field.js";

const forms = {
  create: { act: createAccount, other: "enter", autocomplete: "new-password" },
  enter: { act: enter, other: "create", autocomplete: "current-password" },
};

const titles = {
  create: () => t("account.create"), enter: () => t("account.enter"), code: () => t("account.code.title"),
  forgot: () => t("account.forgot.title"),
};
const leads = {
  create: () => t("account.create.lead"), enter: () => t("account.enter.lead"), code: () => t("account.code.lead"),
  forgot: () => t("account.forgot.lead"),
};
const submits = {
  create: () => t("account.create.submit"), enter: () => t("account.enter.submit"),
  code: () => t("account.enter.submit"), forgot: () => t("account.forgot.submit"),
};
const switches = {
  create: () => t("account.to.enter"), enter: () => t("account.to.create"), forgot: () => t("account.forgot.back"),
};

/**
 * `first` is the form to open with: `create`, `enter`, `code` or `forgot`. `onEnter` is called when somebody is signed
 * in. `problem` is how a sign-in at another provider ended.
 */
export function accountCard({ first, onEnter, lead, problem = null }) {
  const card = el("section", { class: "card account", "aria-labelledby": "account-title" });
  const show = (kind, email, focus, fault = null) => {
    const title = el("h2", { id: "account-title" }, titles[kind]);
    const form = formOf(kind, email, onEnter, show);
    if (fault) form.showProblem(fault);
    fill(card, title, el("p", { class: "soft" }, lead ?? leads[kind]), form.element, belowForm(kind, form, show));
    if (focus) focusOn(title);
  };
  show(first, "", false, problem);
  return card;
}

function formOf(kind, email, onEnter, show) {
  if (kind === "code") return codeForm(onEnter, (over) => show("enter", email, true, over));
  if (kind === "forgot") return forgotForm(email);
  return accountForm(kind, email, onEnter, (known) => show("code", known, true));
}

function belowForm(kind, form, show) {
  if (kind === "code") return otherWay("create", "enter", () => "", show);
  if (kind === "forgot") return otherWay("forgot", "enter", form.email, show);
  const forgot = el("p", { class: "account-switch" }, el("button", {
    id: "account-forgot", type: "button", class: "link", onclick: () => show("forgot", form.email(), true),
  }, () => t("account.forgot")));
  return [kind === "enter" && forgot, providers(), otherWay(kind, forms[kind].other, form.email, show)];
}

function otherWay(from, to, email, show) {
  return el("p", { class: "account-switch" }, switches[from], " ",
    el("button", { type: "button", class: "link", onclick: () => show(to, email(), true) }, titles[to]));
}

function providers() {
  const links = el("div", { class: "stack" });
  // Without the list the password still signs in.
  api.providers().then((items) => fill(links, items.map(({ name, title }) =>
    el("a", { class: "button wide", href: api.providerUrl(name) }, () => t("account.provider", { title }))))).catch(
    () => {});
  return links;
}

function emailField(value) {
  return field("account", "email", () => t("account.email"),
    { type: "email", autocomplete: "email", value, inputmode: "email", spellcheck: "false" });
}

function checkEmail(email) {
  email.say(email.input.value.trim() ? null : () => t("account.email.missing"));
}

function forgotForm(knownEmail) {
  const email = emailField(knownEmail);
  const { element, showProblem } = submittable("forgot", [email], () => checkEmail(email), async () => {
    await api.askReset(email.input.value.trim());
    fill(element, el("p", { role: "status" }, () => t("account.forgot.sent")));
  }, () => false);
  return { element, showProblem, email: () => email.input.value };
}

function accountForm(kind, knownEmail, onEnter, onCode) {
  const email = emailField(knownEmail);
  const password = field("account", "password", () => t("account.password"),
    { type: "password", autocomplete: forms[kind].autocomplete },
    kind === "create" ? () => t("account.password.hint") : null);
  password.frame.append(showSwitch(password.input));
  const { element, showProblem } = submittable(kind, [email, password], () => {
    checkEmail(email);
    password.say(password.input.value ? null : () => t("account.password.missing"));
  }, () => forms[kind].act(email.input.value.trim(), password.input.value).then(onEnter), (problem) => {
    if (problem.code !== "mfa_required") return false;
    onCode(email.input.value);
    return true;
  });
  return { element, showProblem, email: () => email.input.value };
}

function codeForm(onEnter, onOver) {
  const code = codeField("account");
  return submittable("code", [code],
    () => code.say(code.input.value.trim() ? null : () => t("account.code.missing")),
    () => enterCode(code.input.value.trim()).then(onEnter), (problem) => {
      if (problem.code !== "challenge_over") return false;
      onOver(problem);
      return true;
    });
}

/** `check` marks what is missing; `handles` takes the problems that lead elsewhere. */
function submittable(kind, fields, check, act, handles) {
  const alert = el("p", { class: "alert", role: "alert", hidden: true });
  const submit = el("button", { class: "button primary wide", type: "submit" }, submits[kind]);
  const form = el("form", { class: "stack", novalidate: true }, alert, fields.map((one) => one.whole), submit);
  const showProblem = (problem) => {
    const about = fields.find((one) => problem.code.startsWith(`${one.input.name}_`));
    if (about) {
      about.say(() => problemText(problem));
      about.input.focus();
      return;
    }
    fill(alert, () => problemText(problem));
    alert.hidden = false;
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.getAttribute("aria-busy") === "true") return;
    check();
    alert.hidden = true;
    const wrong = fields.find((candidate) => candidate.isWrong());
    if (wrong) return wrong.input.focus();
    form.setAttribute("aria-busy", "true");
    try {
      await act();
    } catch (fault) {
      const problem = asProblem(fault);
      if (!handles(problem)) showProblem(problem);
    }
    form.removeAttribute("aria-busy");
  });
  return { element: form, showProblem };
}
