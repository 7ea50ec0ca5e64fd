// Owns what people change about themselves: the address, the password, and whether there is an account at all.
import * as api from "../api.js";
import { el, fill } from "../dom.js";
import { moment } from "../format.js";
import { asProblem, problemText } from "../problem.js";
import { loadSession } from "../session.js";
import { t } from "../text.js";
import { field, newPassword, passwordField } from "./field.js";
import { asMyself } from "./sign-in-dialog.js";

/** `run` does something and shows its problem. */
export function emailPanel(user, run) {
  const said = el("p", { class: "soft", role: "status" });
  const sent = () => fill(said, () => t("profile.email.sent"));
  const again = async () => {
    await api.sendVerification();
    sent();
  };
  const email = field("profile", "email", () => t("profile.email.new"),
    { type: "email", autocomplete: "email", inputmode: "email", spellcheck: "false" });
  email.missing = () => t("account.email.missing");
  const password = passwordField("profile-email", "password", () => t("profile.password.old"));
  const form = panelForm([email, password], "button", () => t("profile.email.change"), async () => {
    await api.changeEmail(password.input.value, email.input.value.trim());
    sent();
  }, run);
  return panel("email", () => t("profile.email"),
    el("p", {}, el("strong", { class: "file-name" }, user.email), " ",
      () => (user.emailVerified ? t("profile.email.verified") : t("profile.email.unverified"))),
    !user.emailVerified && el("div", { class: "actions" },
      el("button", { type: "button", class: "button", onclick: () => run(again) }, () => t("profile.email.again"))),
    form, said);
}

export function passwordPanel(run) {
  const said = el("p", { class: "soft", role: "status" });
  const old = passwordField("profile", "oldpassword", () => t("profile.password.old"));
  const next = newPassword("profile-new");
  const form = panelForm([old, next], "button", () => t("profile.password.change"), async () => {
    await api.changePassword(old.input.value, next.input.value);
    old.input.value = "";
    next.input.value = "";
    fill(said, () => t("profile.password.changed"));
  }, run);
  return panel("password", () => t("profile.password"), form, said);
}

export function dataPanel(run) {
  const take = () => run(async () => {
    const file = await asMyself(api.exportData);
    if (!file) return;
    const link = el("a", { href: URL.createObjectURL(file), download: "ax2-caption-export.json" });
    link.click();
    URL.revokeObjectURL(link.href);
  });
  return panel("data", () => t("profile.data"),
    el("p", { class: "soft" }, () => t("profile.data.lead")),
    el("div", { class: "actions" },
      el("button", { type: "button", class: "button", onclick: take }, () => t("profile.data.export"))));
}

/** `onLeave` is called when the account is on its way out and nobody is signed in; `onStay` when it was kept. */
export function leavePanel(user, run, onLeave, onStay) {
  const title = () => t("profile.leave");
  if (user.deletionDueAt) {
    const keep = () => run(async () => {
      await api.keepAccount();
      await loadSession();
      onStay();
    });
    return panel("leave", title,
      el("p", {}, () => t("notice.leaving", { time: moment(user.deletionDueAt) })),
      el("div", { class: "actions" },
        el("button", { type: "button", class: "button primary", onclick: keep }, () => t("profile.keep"))));
  }

  const password = passwordField("leave", "password", () => t("profile.password.old"));
  return panel("leave", title, el("p", { class: "soft" }, () => t("profile.leave.lead")),
    panelForm([password], "button danger", () => t("profile.leave.submit"), async () => {
      await api.deleteAccount(password.input.value);
      onLeave();
    }, run));
}

function panel(name, title, ...children) {
  return el("section", { class: "card stack", "aria-labelledby": `${name}-title` },
    el("h2", { id: `${name}-title`, class: "section-title" }, title), children);
}

/** Problems about a field stand under it; the others go to `run`. */
function panelForm(fields, style, submit, act, run) {
  const attempt = async () => {
    try {
      await act();
    } catch (fault) {
      const problem = asProblem(fault);
      const about = fields.find((one) => (problem.code === "password_wrong"
        ? one.isPresentPassword : !one.isPresentPassword && problem.code.startsWith(`${one.input.name}_`)));
      if (!about) throw problem;
      about.say(() => problemText(problem));
      about.input.focus();
    }
  };
  return el("form", {
    class: "stack", novalidate: true, onsubmit: (event) => {
      event.preventDefault();
      for (const one of fields) one.say(one.input.value.trim() ? null : one.missing);
      const wrong = fields.find((one) => one.isWrong());
      if (wrong) wrong.input.focus();
      else run(attempt);
    },
  }, fields.map((one) => one.whole), el("div", { class: "actions" },
    el("button", { type: "submit", class: style }, submit)));
}
