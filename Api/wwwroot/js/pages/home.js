// Owns the page at /: the landing and the account card for strangers, the dashboard and the list for users.
import { Problem } from "../api.js";
import { el, fill, focusOn, titleOf } from "../dom.js";
import { asProblem, problemText } from "../problem.js";
import { currentUser, loadSession } from "../session.js";
import { t } from "../text.js";
import { accountCard } from "../views/account-card.js";
import { accountNotice } from "../views/account-notice.js";
import { dashboard } from "../views/dashboard.js";
import { jobList } from "../views/job-list.js";
import { header } from "../views/header.js";
import { landing } from "../views/landing.js";

const main = document.getElementById("main");

function show(focus) {
  const user = currentUser();
  if (user) {
    const title = el("h1", { class: "page-title" }, () => t("home.title"));
    fill(main, title, accountNotice(user), dashboard(user), jobList());
    titleOf(() => `${t("home.title")} · ${t("site.title")}`);
  } else {
    fill(main, landing(accountCard({ ...ofReturn(), onEnter: () => show(true) })));
    titleOf(() => t("site.title"));
  }
  if (focus) focusOn(main.querySelector("h1"));
}

// A sign-in at another provider says in the fragment how it ended.
function ofReturn() {
  const said = location.hash.slice(1);
  if (said === "code" || said === "forgot") return { first: said };
  return said.startsWith("external_") ? { first: "enter", problem: new Problem(said, 0) } : { first: "create" };
}

function showProblem(problem) {
  fill(main, el("div", { class: "empty" },
    el("h1", { class: "page-title" }, () => problemText(problem)),
    el("button", { type: "button", class: "button primary", onclick: open }, () => t("site.retry"))));
}

async function open() {
  try {
    await loadSession();
    show(false);
  } catch (fault) {
    showProblem(asProblem(fault));
  }
}

// A page that the browser kept and brings back shows an old list.
addEventListener("pageshow", (event) => event.persisted && open());
header(() => location.assign("/"));
open();
