// Owns the page at /account: address and password, devices, second factor, providers, API keys, leaving.
import * as api from "../api.js";
import { announce, el, fill, titleOf } from "../dom.js";
import { asProblem, problemText } from "../problem.js";
import { currentUser, loadSession } from "../session.js";
import { t } from "../text.js";
import { accountCard } from "../views/account-card.js";
import { devicesPanel } from "../views/devices-panel.js";
import { factorPanel } from "../views/factor-panel.js";
import { keysPanel } from "../views/keys-panel.js";
import { header } from "../views/header.js";
import { problemAlert } from "../views/problem-alert.js";
import { dataPanel, emailPanel, leavePanel, passwordPanel } from "../views/profile-panels.js";
import { asMyself } from "../views/sign-in-dialog.js";

const main = document.getElementById("main");
const home = () => location.assign("/");

function show() {
  titleOf(() => `${t("security.title")} · ${t("site.title")}`);
  if (!currentUser()) return fill(main, accountCard({ first: "enter", onEnter: show }));
  const { alert, run } = problemAlert(home);
  const user = currentUser();
  fill(main, el("h1", { class: "page-title" }, () => t("security.title")), alert,
    emailPanel(user, run), passwordPanel(run), devicesPanel(run, home), factorPanel(run), providersPanel(run),
    keysPanel(run), dataPanel(run), leavePanel(user, run, home, show));
  if (location.hash === "#linked") announce(t("security.linked"));
}

function providersPanel(run) {
  const panel = el("section", { class: "card stack", "aria-labelledby": "providers-title", hidden: true });
  const add = (name) => run(async () => {
    const link = await asMyself(() => api.linkProvider(name));
    if (link) location.assign(link.url);
  });
  run(async () => {
    const items = await api.providers();
    panel.hidden = items.length === 0;
    fill(panel, el("h2", { id: "providers-title", class: "section-title" }, () => t("security.providers")),
      location.hash === "#linked" && el("p", {}, () => t("security.linked")),
      el("div", { class: "actions" }, items.map(({ name, title }) =>
        el("button", { type: "button", class: "button", onclick: () => add(name) },
          () => t("security.provider.add", { title })))));
  });
  return panel;
}

header(home);
loadSession().then(show, (fault) => fill(main, el("h1", { class: "page-title" }, () => problemText(asProblem(fault)))));
