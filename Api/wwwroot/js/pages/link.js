// Owns the pages at /verify, /reset and /email, which links in mails open. The secret stands behind the # and goes to
// the server in a request's body alone; a person presses the button, so that a mail scanner that opens links uses none.
import * as api from "../api.js";
import { el, fill, focusOn, titleOf } from "../dom.js";
import { asProblem, problemText } from "../problem.js";
import { loadSession } from "../session.js";
import { t } from "../text.js";
import { newPassword } from "../views/field.js";
import { header } from "../views/header.js";

const main = document.getElementById("main");
const token = location.hash.slice(1);
const purposes = {
  "/verify": {
    title: () => t("link.title.verify"), lead: () => t("link.verify"), submit: () => t("link.confirm"),
    act: () => api.verifyEmail(token), done: () => t("link.verified"),
  },
  "/email": {
    title: () => t("link.title.email"), lead: () => t("link.email"), submit: () => t("link.confirm"),
    act: () => api.confirmEmail(token), done: () => t("link.changed"),
  },
  "/reset": {
    title: () => t("link.title.reset"), submit: () => t("link.reset.submit"),
    act: (password) => api.resetPassword(token, password), done: () => t("link.reset"), password: newPassword("reset"),
  },
};

function show({ title, lead, submit, act, done, password }) {
  titleOf(() => `${title()} · ${t("site.title")}`);
  const alert = el("p", { class: "alert", role: "alert", hidden: true });
  const attempt = async () => {
    password?.say(password.input.value ? null : () => t("account.password.missing"));
    if (password?.isWrong()) return password.input.focus();
    alert.hidden = true;
    try {
      await act(password?.input.value);
      showDone(title, done);
    } catch (fault) {
      showProblem(asProblem(fault));
    }
  };
  const showProblem = (problem) => {
    if (password && problem.code.startsWith("password_")) {
      password.say(() => problemText(problem));
      return password.input.focus();
    }
    fill(alert, () => problemText(problem));
    alert.hidden = false;
  };
  fill(main, el("section", { class: "card account" },
    el("h1", { class: "page-title" }, title), lead && el("p", { class: "soft" }, lead),
    el("form", {
      class: "stack", novalidate: true, onsubmit: (event) => {
        event.preventDefault();
        attempt();
      },
    }, alert, password?.whole, el("button", { type: "submit", class: "button primary wide" }, submit))));
}

function showDone(title, done) {
  const heading = el("h1", { class: "page-title" }, title);
  fill(main, el("section", { class: "card account" }, heading, el("p", {}, done),
    el("p", {}, el("a", { class: "button primary wide", href: "/" }, () => t("link.home")))));
  focusOn(heading);
}

// Out of the address bar and the history; it stays in this page alone.
history.replaceState(null, "", location.pathname);
header(() => location.assign("/"));
loadSession().catch(() => {});
show(purposes[location.pathname]);
