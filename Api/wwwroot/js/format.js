// Owns how numbers, sizes, times and dates are written in the page's language.
import { has, language, t } from "./text.js";

const byteUnits = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];

/** Whole per cents, rounded down: 100 % is said when all is done. */
export function percent(fraction) {
  // 0.29 * 100 is a little less than 29.
  const whole = Math.floor(Math.min(1, Math.max(0, fraction)) * 100 + 1e-9) / 100;
  return new Intl.NumberFormat(language(), { style: "percent", maximumFractionDigits: 0 }).format(whole);
}

/** 1536000 bytes as "1.5 MB", in steps of 1000 as file managers and data plans count. */
export function bytes(count) {
  const step = Math.min(byteUnits.length - 1, Math.floor(Math.log10(Math.max(1, count)) / 3));
  return unit(count / 1000 ** step, byteUnits[step], step < 2 ? 0 : 1);
}

/** The two largest units that say something: "1 hr 2 min", "2 min 5 sec", "8 sec". */
export function duration(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  if (hours > 0) return parts([[hours, "hour"], [minutes, "minute"]]);
  if (minutes > 0) return parts([[minutes, "minute"], [rest, "second"]]);
  return unit(rest, "second", 0);
}

/** What is left of a wait, no finer than it can be known. */
export function remaining(ms) {
  if (ms < 8_000) return t("progress.soon");
  const seconds = ms / 1000;
  const rounded = seconds < 60 ? Math.ceil(seconds / 5) * 5 : Math.ceil(seconds / 60) * 60;
  return t("progress.left", { time: duration(rounded * 1000) });
}

/** A position in the media: 0:07, 12:05, 1:02:03. */
export function timecode(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (value) => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** The time alone for today, the day and time else. */
export function moment(iso, now = new Date()) {
  const at = new Date(iso);
  const today = at.toDateString() === now.toDateString();
  const style = today ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" };
  return new Intl.DateTimeFormat(language(), style).format(at);
}

export function credits(count) {
  return t("credits.count", { count });
}

/** The name of a spoken language, or its code when nobody knows a name for it. */
export function languageName(code) {
  try {
    return new Intl.DisplayNames([language()], { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** The price list's own words for items and units that have no translation yet. */
export function quoteItem(item, spoken = null) {
  const key = `item.${item}`;
  return has(key) ? t(key, { language: spoken && languageName(spoken) }) : item;
}

/** How much of it, and what a minute of it costs where that is the measure. */
export function quoteRate({ quantity, unit: unitName, creditsPerMinute }) {
  const amount = quoteQuantity(quantity, unitName);
  return creditsPerMinute == null ? amount : t("quote.rate", { quantity: amount, credits: credits(creditsPerMinute) });
}

export function quoteQuantity(quantity, unitName) {
  const key = `unit.${unitName.replace(/s$/, "")}`;
  return has(key) ? t(key, { count: quantity }) : `${new Intl.NumberFormat(language()).format(quantity)} ${unitName}`;
}

function parts(pairs) {
  return pairs.filter(([value]) => value > 0).map(([value, name]) => unit(value, name, 0)).join(" ");
}

function unit(value, name, digits) {
  const style = { style: "unit", unit: name, unitDisplay: "short", maximumFractionDigits: digits };
  return new Intl.NumberFormat(language(), style).format(value);
}
