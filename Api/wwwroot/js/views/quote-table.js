// Owns how a price or a charge and its calculation are shown.
import { el } from "../dom.js";
import { credits, quoteItem, quoteQuantity, quoteRate } from "../format.js";
import { t } from "../text.js";

/** `lines` of a quote or of a charge. `extra` are more rows under the total: pairs of functions, what and how much. */
export function quoteTable(lines, totalCredits, extra = []) {
  return el("table", { class: "quote" },
    el("caption", { class: "unseen" }, () => t("quote.title")),
    el("tbody", {}, lines.map((line) => row(
      [el("span", {}, () => quoteItem(line.item, line.language)),
        el("span", { class: "soft" }, () => quoteRate(line)),
        line.undeliveredQuantity > 0 && el("span", { class: "soft" }, () => undelivered(line))],
      () => credits(line.credits)))),
    el("tfoot", {}, row(() => t("quote.total"), () => credits(totalCredits)),
      extra.map(([what, amount]) => row(what, amount))));
}

function undelivered(line) {
  return t("quote.undelivered", { quantity: quoteQuantity(line.undeliveredQuantity, line.unit) });
}

function row(what, amount) {
  return el("tr", {}, el("th", { scope: "row" }, what), el("td", { class: "figures" }, amount));
}
