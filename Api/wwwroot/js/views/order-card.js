// Owns the last step before a job: what the file is, the spoken language, the price, and the start.
import * as api from "../api.js";
import { announce, el, fill } from "../dom.js";
import { bytes, credits, duration, languageName } from "../format.js";
import { icon } from "../icons.js";
import { asProblem, problemText } from "../problem.js";
import { refreshCredits } from "../session.js";
import { t } from "../text.js";
import { forgetUpload } from "../upload-memory.js";
import { quoteTable } from "./quote-table.js";

/** For an upload that is ready. Starting leads to the job's page. `onDrop(problem or null)` lets go of the file. */
export function orderCard({ upload, onDrop }) {
  const price = el("div", { class: "order-price" });
  const alert = el("p", { class: "alert", role: "alert", hidden: true });
  const start = el("button", { type: "submit", class: "button primary", disabled: true }, () => t("quote.loading"));
  const spoken = el("select", { id: "order-language" });
  const stream = streamChoice(upload.media.audioStreams);
  const order = () => ({
    uploadId: upload.id,
    language: spoken.value,
    ...(stream.select ? { audioStreamIndex: Number(stream.select.value) } : {}),
  });

  const fail = (fault) => {
    const problem = asProblem(fault);
    if (["upload_unknown", "upload_deleted"].includes(problem.code)) return onDrop(problem);
    fill(alert, () => problemText(problem));
    alert.hidden = false;
  };
  const pricing = new Pricing({ order, spoken, price, start, fail });
  const form = el("form", { class: "order stack" },
    el("h2", { class: "file-name" }, upload.fileName),
    el("p", { class: "soft" }, () => mediaText(upload)),
    el("div", { class: "order-choices" }, choice(spoken, () => t("quote.language")), stream.whole),
    price, alert,
    el("div", { class: "actions" }, start,
      el("button", { type: "button", class: "button", onclick: () => onDrop(null) }, () => t("send.other"))));

  form.addEventListener("change", () => pricing.ask());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    alert.hidden = true;
    if (pricing.version === null) return pricing.ask();
    start.disabled = true;
    fill(start, () => t("quote.starting"));
    try {
      const job = await startOnce({ ...order(), priceListVersion: pricing.version });
      forgetUpload();
      location.assign(`/jobs/${job.id}`);
    } catch (fault) {
      fail(fault);
      await refreshCredits();
      pricing.ask();
    }
  });
  pricing.ask();
  return form;
}

// One key for one press of the button: a repeat after a lost answer is the same job, a new press is a new one.
async function startOnce(order) {
  const key = Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
  try {
    return await api.startJob(order, key);
  } catch (fault) {
    if (fault.code !== "network" && !(fault.status >= 500)) throw fault;
    return api.startJob(order, key);
  }
}

// The price of the order as it is now, and what the button offers: to start for it, or to ask again.
class Pricing {
  /** Of the price list that the shown price is from; null while there is none. */
  version = null;
  #parts;
  #asking = null;

  constructor(parts) {
    this.#parts = parts;
  }

  async ask() {
    const { order, spoken, price, start, fail } = this.#parts;
    // The answer to an older question is not shown.
    this.#asking?.abort();
    const { signal } = this.#asking = new AbortController();
    this.version = null;
    start.disabled = true;
    fill(start, () => t("quote.loading"));
    try {
      if (spoken.options.length === 0) await loadLanguages(spoken);
      const quote = await api.quote(order(), signal);
      const short = quote.shortfallCredits > 0;
      fill(price, quoteTable(quote.lines, quote.totalCredits), balanceNote(quote, short));
      fill(start, () => t("quote.start", { credits: credits(quote.totalCredits) }));
      this.version = quote.priceListVersion;
      start.disabled = short;
      announce(`${t("quote.total")}: ${credits(quote.totalCredits)}`);
    } catch (fault) {
      if (signal.aborted) return;
      fill(start, () => t("site.retry"));
      start.disabled = false;
      fail(fault);
    }
  }
}

function balanceNote(quote, short) {
  if (!short) return el("p", { class: "soft note-line" }, () => t("quote.promise"));
  return el("p", { class: "alert" }, icon("alert"), el("span", {}, () => t("quote.short", {
    available: credits(quote.availableCredits),
    shortfall: credits(quote.shortfallCredits),
  })));
}

async function loadLanguages(select) {
  const codes = await api.spokenLanguages();
  fill(select, codes.map((code) => el("option", { value: code }, () => languageName(code))));
}

function streamChoice(streams) {
  if (streams.length < 2) return { select: null, whole: null };
  const options = streams.map((stream, index) =>
    el("option", { value: stream.index, selected: stream.isDefault }, () => streamText(stream, index + 1)));
  const select = el("select", { id: "order-stream" }, options);
  return { select, whole: choice(select, () => t("quote.stream")) };
}

function streamText(stream, number) {
  return [
    t("quote.stream.name", { number }),
    stream.language && languageName(stream.language),
    t("quote.channels", { count: stream.channels }),
    stream.isDefault && t("quote.stream.default"),
  ].filter(Boolean).join(" · ");
}

function choice(select, label) {
  return el("div", { class: "field" }, el("label", { for: select.id }, label), select);
}

function mediaText({ media, sizeBytes }) {
  const picture = media.video && `${media.video.widthPixels} × ${media.video.heightPixels}`;
  return [duration(media.durationMs), picture, bytes(sizeBytes)].filter(Boolean).join(" · ");
}
