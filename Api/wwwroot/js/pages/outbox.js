// Owns the development page at /dev/outbox: the mails of a stack that sends none, with their links to follow.
import { outbox } from "../api.js";
import { el, fill, titleOf } from "../dom.js";
import { moment } from "../format.js";
import { asProblem, problemText } from "../problem.js";
import { t } from "../text.js";
import { header } from "../views/header.js";

const main = document.getElementById("main");

function show(mails) {
  titleOf(() => `${t("outbox.title")} · ${t("site.title")}`);
  fill(main, el("h1", { class: "page-title" }, () => t("outbox.title")),
    mails.length === 0 && el("p", {}, () => t("outbox.empty")), mails.map(card));
}

function card(mail) {
  return el("article", { class: "card stack mail", lang: mail.language },
    el("h2", { class: "section-title" }, mail.subject),
    el("p", { class: "soft" }, () => t("outbox.to", { address: mail.to, time: moment(mail.sentAt) })),
    mail.text.trim().split("\n").map((line) => el("p", {}, isLink(line)
      ? el("a", { class: "link mail-link", href: line }, line) : line)));
}

// Only to this origin: a mail's text is the service's own, and no other scheme or host belongs into it.
function isLink(line) {
  return line.startsWith(`${location.origin}/`);
}

header(() => location.assign("/"));
outbox().then(show, (fault) =>
  fill(main, el("h1", { class: "page-title" }, () => problemText(asProblem(fault)))));
