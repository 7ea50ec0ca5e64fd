// Owns the word about the account that stands above a page: an address to confirm, an end that is near.
import { el } from "../dom.js";
import { moment } from "../format.js";
import { t } from "../text.js";

/** Null when there is nothing to say. */
export function accountNotice(user) {
  const text = textOf(user);
  return text && el("p", { class: "notice", role: "note" }, text, " ",
    el("a", { class: "link", href: "/account" }, () => t("notice.account")));
}

function textOf({ deletionDueAt, emailVerified }) {
  if (deletionDueAt) return () => t("notice.leaving", { time: moment(deletionDueAt) });
  return emailVerified ? null : () => t("notice.unverified");
}
