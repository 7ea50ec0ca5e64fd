// Owns the page at /workspaces: joining, choosing and making workspaces, and the members of the one in use.
import * as api from "../api.js";
import { el, fill, titleOf } from "../dom.js";
import { asProblem, problemText } from "../problem.js";
import { currentUser, loadSession } from "../session.js";
import { t } from "../text.js";
import { accountCard } from "../views/account-card.js";
import { header } from "../views/header.js";
import { membersPanel } from "../views/members-panel.js";
import { problemAlert } from "../views/problem-alert.js";
import { workspacesPanel } from "../views/workspaces-panel.js";
import { chooseWorkspace, chosenWorkspace } from "../workspace.js";

const main = document.getElementById("main");
const home = () => location.assign("/");
const invitation = location.hash.startsWith("#ax2i_") ? location.hash.slice(1) : null;

// The bar on top and every later request follow the choice: the page begins anew.
function choose(workspace) {
  chooseWorkspace(workspace);
  location.replace("/workspaces");
}

function show() {
  titleOf(() => `${t("workspace.title")} · ${t("site.title")}`);
  if (!currentUser()) return fill(main, accountCard({ first: "enter", onEnter: show }));
  const { alert, run } = problemAlert(home);
  const details = el("div", {});
  fill(main, el("h1", { class: "page-title" }, () => t("workspace.title")), alert,
    invitation && acceptPanel(run), workspacesPanel(run, choose), details);
  run(async () => {
    const current = (await api.workspaces()).find(({ id }) => id === chosenWorkspace()?.id);
    if (current) fill(details, membersPanel(run, current, choose));
  });
}

function acceptPanel(run) {
  const join = () => run(async () => choose(await api.acceptInvitation(invitation)));
  return el("section", { class: "card stack", "aria-labelledby": "accept-title" },
    el("h2", { id: "accept-title", class: "section-title" }, () => t("workspace.accept.title")),
    el("p", { class: "soft" }, () => t("workspace.accept.lead")),
    el("div", { class: "actions" },
      el("button", { type: "button", class: "button primary", onclick: join }, () => t("workspace.accept"))));
}

header(home);
loadSession().then(show, (fault) => fill(main, el("h1", { class: "page-title" }, () => problemText(asProblem(fault)))));
