// Owns how a price and its calculation are shown.
import { el } from "../dom.js";
import { credits, quoteItem, quoteQuantity } from "../format.js";
import { t } from "../text.js";

/** `extra` are more rows under the total: pairs of functions, what and how much. */
export function quoteTable(lines, totalCredits, extra = []) {
  return el("table", { class: "quote" },
    el("caption", { class: "unseen" }, () => t("quote.title")),
    el("tbody", {}, lines.map((line) => row(
      [el("span", {}, () => quoteItem(line.item)),
        el("span", { class: "soft" }, () => quoteQuantity(line.quantity, line.unit))],
      () => credits(line.credits)))),
    el("tfoot", {}, row(() => t("quote.total"), () => credits(totalCredits)),
      extra.map(([what, amount]) => row(what, amount))));
}

function row(what, amount) {
  return el("tr", {}, el("th", { scope: "row" }, what), el("td", { class: "figures" }, amount));
}
