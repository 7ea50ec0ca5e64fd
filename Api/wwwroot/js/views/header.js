// Owns the bar on top of every page: wordmark, credits, workspace, language, leaving.
import { el, fill } from "../dom.js";
import { credits } from "../format.js";
import { currentUser, leave, onSessionChange } from "../session.js";
import { language, languages, onLanguageChange, setLanguage, t } from "../text.js";
import { chosenWorkspace } from "../workspace.js";

/** Fills the page's header and keeps it right. `onLeave` is called once somebody has signed out. */
export function header(onLeave) {
  const account = el("div", { class: "header-account" });
  const show = () => fill(account, currentUser() && accountParts(currentUser(), onLeave));
  fill(
    document.getElementById("header"),
    el("a", { class: "skip", href: "#main" }, () => t("site.skip")),
    el("div", { class: "header-inner" }, wordmark(), account, languageSwitch()),
  );
  onSessionChange(show);
  show();
}

function wordmark() {
  return el("a", { class: "wordmark", href: "/", "aria-label": () => t("site.home") },
    el("img", { src: "/img/favicon.svg", alt: "", width: "28", height: "28" }),
    el("span", {}, el("b", {}, "AX2"), " Caption"));
}

function accountParts(user, onLeave) {
  const { available, held } = user.credits;
  return [
    el("p", { class: "balance" },
      el("span", { class: "unseen" }, () => `${t("credits.label")}: `),
      el("strong", {}, () => credits(available)),
      held > 0 && el("span", { class: "balance-held" }, () => t("credits.held", { count: held }))),
    el("a", { class: "header-email", href: "/workspaces", title: () => t("workspace.title") },
      chosenWorkspace()?.name ?? (() => t("workspace.own"))),
    el("a", { class: "header-email", href: "/account", title: () => `${t("account.security")}: ${user.email}` },
      user.displayName || user.email),
    el("button", { class: "button quiet", type: "button", onclick: () => leave().then(onLeave, onLeave) },
      () => t("account.leave")),
  ];
}

function languageSwitch() {
  const buttons = languages.map(({ code, name }) =>
    el("button", { type: "button", lang: code, class: "language", onclick: () => setLanguage(code) }, name));
  const mark = () => buttons.forEach((button) =>
    button.setAttribute("aria-pressed", String(button.lang === language())));
  onLanguageChange(mark);
  mark();
  return el("div", { class: "languages", role: "group", "aria-label": () => t("site.language") }, buttons);
}
